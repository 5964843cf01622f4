// A double click sends one form, not two. The server is safe without it (a form carries its own key); this spares
// the second wait. Nothing is disabled, so that the pressed button's name and value are sent.

const HELD_MS = 8000;

/** Lets each posted form go once, until the page comes back or some seconds have passed without an answer. */
export function once() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const htmx = form.hasAttribute("data-hx-post") && !form.hasAttribute("data-hx-trigger");
    if (form.method !== "post" || htmx || form.dataset.often !== undefined) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    window.setTimeout(() => release(form), HELD_MS);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}
