// The session ends by itself; what was typed must not end with it. <body data-session-seconds="1200"
// data-session-keep-url="..."> says how long from now, and what to ask so that it goes on. Two minutes before,
// a dialog says so. When it has ended the page stays as it is, with its words, and says how to go on.

const WARN_SECONDS = 120;

/** Watches the session that the page was served in, if it was served in one. */
export function session() {
  const seconds = Number(document.body.dataset.sessionSeconds);
  const url = document.body.dataset.sessionKeepUrl;
  if (!seconds || !url) return;
  let ends = Date.now() + seconds * 1000;
  let dialog = null;

  /** Any answer of the server has put the end off: the page's own requests count. */
  function putOff() {
    ends = Date.now() + seconds * 1000;
  }
  document.addEventListener("htmx:afterOnLoad", putOff);

  function show(heading, words, buttons) {
    dialog?.remove();
    dialog = document.createElement("dialog");
    dialog.className = "s-session";
    dialog.setAttribute("aria-labelledby", "session-heading");
    const title = document.createElement("h2");
    title.id = "session-heading";
    title.textContent = heading;
    const text = document.createElement("p");
    text.textContent = words;
    dialog.append(title, text, ...buttons);
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

  function close() {
    dialog?.close();
    dialog?.remove();
    dialog = null;
  }

  async function goOn() {
    try {
      const answer = await fetch(url, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      putOff();
      close();
    } catch {
      ended();
    }
  }

  function ended() {
    ends = 0;
    show(
      "You have been signed out",
      "What you typed is still on this page. Sign in again in another tab, then come back here and carry on.",
      [button("Back to the page", close)],
    );
  }

  window.setInterval(() => {
    if (!ends) return;
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) ended();
    else if (left <= Math.min(WARN_SECONDS, seconds / 2) && !dialog)
      show(
        "You will soon be signed out",
        "Nothing has been asked of Sentinel for a while. What you typed stays on this page.",
        [button("Stay signed in", goOn)],
      );
  }, 1000);
}
