// What is said, and where the keyboard is, when htmx has put a new piece into the page.

/**
 * A line that is read aloud is put in only where its words are new: nobody hears the same thing at every letter typed.
 * Where it had words and has none now, it says those of its data-none: an emptied line is silent.
 */
function onlyNews(event) {
  const { target, fragment } = event.detail;
  if (target.getAttribute("role") !== "status") return;
  const before = target.textContent.trim();
  if (before && !fragment.textContent.trim() && target.dataset.none) fragment.textContent = target.dataset.none;
  if (before === fragment.textContent.trim()) event.detail.shouldSwap = false;
}

let within = false;

function before(event) {
  within = event.detail.target.contains(document.activeElement);
}

/**
 * What had the keyboard and is gone leaves it nowhere: it goes to what answers the button that was pressed, which names
 * it by its id (data-then, the first that is there), else to the first heading of what came instead.
 */
function after(event) {
  if (!within || document.activeElement !== document.body) return; // what has an id has been given it back by htmx
  const then = event.detail.requestConfig?.elt?.dataset.then?.split(" ") || [];
  const answer = then.map((id) => document.getElementById(id)).find(Boolean);
  const heading = answer || event.detail.target.querySelector("h2, h3, h4");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

/** Follows every swap of the page. */
export function said() {
  document.addEventListener("htmx:oobBeforeSwap", onlyNews);
  document.addEventListener("htmx:beforeSwap", before);
  document.addEventListener("htmx:afterSwap", after);
}
