// A draft, kept as one types. A form says where to: <form data-autosave-url="...">; the page's one element with
// data-autosave-state shows how it stands ("kept", "keeping", "failing"), and the one with data-autosave-said, which is
// read aloud, says no more than that nothing is kept, and that it is again. The form's own fields, with its CSRF
// token, are posted; files are not. The answer may be JSON: {"set": {"draft": "..."}} fills hidden fields, so that
// the next save goes to the same draft.
// Nothing is kept in the browser's storage: a shared computer would keep it for the next person.

import { putOff, renew, signedOut } from "./session.js";

const WAIT_MS = 1200;
const AGAIN_MS = 5000;
const LONGEST_MS = 60000;

const clock = () =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" }).format(new Date());

function body(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return data;
}

/** Keeps every form in `scope` that asks for it. */
export function autosave(scope) {
  scope.querySelectorAll("form[data-autosave-url]:not([data-autosave-ready])").forEach(keep);
}

function keep(form) {
  form.dataset.autosaveReady = "yes";
  const state = document.querySelector("[data-autosave-state]");
  const aloud = document.querySelector("[data-autosave-said]");
  let timer = 0;
  let wait = AGAIN_MS;
  let running = false;
  let changed = false;
  let failed = false;
  let leaving = false;
  let since = clock();

  function say(how, words) {
    if (!state) return;
    state.dataset.autosaveState = how;
    state.textContent = words;
  }

  /** Says it once to who hears the page: every draft that was kept would talk over what is known. */
  function tell(words) {
    if (aloud && aloud.textContent !== words) aloud.textContent = words;
  }

  function later(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, milliseconds);
  }

  async function save() {
    if (running || leaving) return;
    running = true;
    changed = false;
    try {
      // Who signs in again in another tab has another token: the one that this page came with is refused.
      if (failed && (await renew()) !== "kept") throw new Error("signed out");
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        body: body(form),
        credentials: "same-origin",
        redirect: "error", // a redirect is the sign-in page: the draft was not kept
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
      });
      if (answer.status === 401) signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
      fill(form, isJson ? await answer.json() : {});
      since = clock();
      wait = AGAIN_MS;
      if (failed) tell(`The draft is kept again, at ${since}.`);
      failed = false;
      putOff();
      say("kept", `Draft, kept at ${since}`);
    } catch {
      changed = true;
      failed = true;
      const words = `Not kept since ${since}. Leave this page open: it is tried again.`;
      say("failing", words);
      tell(words);
      later(wait);
      wait = Math.min(wait * 2, LONGEST_MS);
    } finally {
      running = false;
      if (changed && wait === AGAIN_MS) later(WAIT_MS);
    }
  }

  function touched() {
    changed = true;
    if (state?.dataset.autosaveState !== "failing") say("keeping", "Draft, being kept");
    later(WAIT_MS);
  }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    window.clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
}

/** Puts what the server named into the form's hidden fields. */
function fill(form, answer) {
  for (const [name, value] of Object.entries(answer.set || {})) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "hidden") field.value = value;
  }
}
