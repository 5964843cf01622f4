// A question under an answer (GOV.UK's conditional radios and boxes): shown while its answer is chosen. GOV.UK's
// own script does the same and also sets aria-expanded on a radio, which no radio may bear.

function refresh(input) {
  const part = document.getElementById(input.dataset.ariaControls);
  if (!part) return;
  const kind = input.type === "radio" ? "radios" : "checkboxes";
  part.classList.toggle(`govuk-${kind}__conditional--hidden`, !input.checked);
}

const among = (scope) => scope.querySelectorAll("input[data-aria-controls]");

/** Shows what belongs to the chosen answers in `scope`. */
export function reveal(scope) {
  among(scope).forEach(refresh);
}

/** Follows every later choice in the page, and the answers that a browser puts back when one comes back to it. */
export function followChoices() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form") || document;
    if (event.target.matches?.("input[type=radio], input[type=checkbox]")) reveal(form);
  });
  window.addEventListener("pageshow", () => reveal(document));
}
