// The session ends by itself; what was typed must not end with it. <body data-session-seconds="1200"
// data-session-keep-url="..." data-session-who="..."> says how long from now, what to ask so that it goes on, and whose
// page it is. Two minutes before, a dialog says so. When it has ended the page stays as it is, with its words, sends
// nothing, and says how to go on. Signing in again gives every form a new token: the page asks for it when one comes back.

const WARN_SECONDS = 120;
const KEPT = "kept";
const OUT = "out";
const OTHER = "other";

let url = "";
let lasts = 0; // milliseconds; 0 where the page was served to nobody
let ends = 0; // 0: it has ended
let dialog = null;

/** Any answer of the server has put the end off: the page's own requests count. */
export function putOff() {
  if (lasts) ends = Date.now() + lasts;
}

/**
 * Asks that the session go on, and takes the token that the forms are now sent with. "kept"; "out" when nobody is signed
 * in; "other" when somebody else is: what one person typed is never sent in another's name. Throws without an answer.
 */
export async function renew() {
  if (!url) return KEPT;
  const answer = await fetch(url, {
    credentials: "same-origin",
    redirect: "error",
    headers: { Accept: "application/json", "X-Requested-With": "fetch" },
  });
  if (answer.status === 401) return OUT;
  if (!answer.ok) throw new Error(String(answer.status));
  const { who, token } = await answer.json();
  if (who !== document.body.dataset.sessionWho) return OTHER;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  for (const line of document.querySelectorAll("[data-printed-token]")) line.dataset.printedToken = token;
  putOff();
  return KEPT;
}

/** Says, once, that nobody is signed in any more. */
export function signedOut() {
  if (ends) ended(OUT);
}

function close() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
}

function show(heading, words, buttons) {
  close();
  dialog = document.createElement("dialog");
  dialog.className = "s-session";
  dialog.setAttribute("aria-labelledby", "session-heading");
  dialog.setAttribute("aria-describedby", "session-words");
  const title = document.createElement("h2");
  title.id = "session-heading";
  title.textContent = heading;
  const text = document.createElement("p");
  text.id = "session-words";
  text.textContent = words;
  dialog.append(title, text, ...buttons);
  const shown = dialog;
  dialog.addEventListener("close", () => {
    if (dialog === shown) close(); // by the Escape key
  });
  document.body.append(dialog);
  dialog.showModal();
}

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "govuk-button";
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}

function ended(how) {
  ends = 0;
  const back = [button("Back to the page", close)];
  if (how === OTHER)
    show(
      "Somebody else is signed in",
      "What you typed is still on this page, but it cannot be sent in their name. Sign in again as yourself in another tab, then come back here.",
      back,
    );
  else
    show(
      "You have been signed out",
      "What you typed is still on this page. Sign in again in another tab, then come back here and carry on.",
      back,
    );
}

async function goOn() {
  try {
    const how = await renew();
    if (how === KEPT) close();
    else ended(how);
  } catch {
    ended(OUT);
  }
}

/** Asks again when one comes back to the page: signing in elsewhere, or as somebody else, changes what may be sent. */
async function cameBack() {
  if (document.visibilityState !== "visible") return;
  const known = ends > 0;
  try {
    const how = await renew();
    if (how === KEPT) close();
    else if (known) ended(how);
  } catch {
    // No answer at all: nothing is known, and nothing is said.
  }
}

/** Once the session has ended a form waits until it can be taken; sent now, its words would be lost. */
function hold(event) {
  if (ends || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const pressed = event.submitter;
  renew().then(
    (how) => (how === KEPT ? event.target.requestSubmit(pressed) : ended(how)),
    () => ended(OUT),
  );
}

/** Watches the session that the page was served in, if it was served in one. */
export function session() {
  const seconds = Number(document.body.dataset.sessionSeconds);
  if (!seconds || !document.body.dataset.sessionKeepUrl) return;
  url = document.body.dataset.sessionKeepUrl;
  lasts = seconds * 1000;
  putOff();
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr?.status === 401) signedOut();
    else if (event.detail.successful !== false && ends) putOff();
  });
  document.addEventListener("visibilitychange", cameBack);
  document.addEventListener("submit", hold, true);
  window.setInterval(() => {
    if (!ends) return;
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) ended(OUT);
    else if (left <= Math.min(WARN_SECONDS, seconds / 2) && !dialog)
      show(
        "You will soon be signed out",
        "Nothing has been asked of Sentinel for a while. What you typed stays on this page.",
        [button("Stay signed in", goOn)],
      );
  }, 1000);
}
