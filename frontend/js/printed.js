// On paper: when it was really printed, where the page can say so; else the time at which the page was made stands.
// What is folded in a timeline, or in what happens next, is on paper too, and folded again afterwards. And the audit is told that the page was printed: `data-printed-url` says where, `data-printed-token` is the form's token.

/** Writes the moment of printing into the line that only paper shows. */
export function printed() {
  window.addEventListener("beforeprint", () => {
    const moment = new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: "Europe/London",
    }).format(new Date());
    document.querySelectorAll("[data-printed-at]").forEach((place) => {
      place.textContent = moment;
    });
    for (const fold of document.querySelectorAll(".s-timeline__fold:not([open]), .s-next details:not([open])")) {
      fold.open = true;
      fold.dataset.unfolded = "yes";
    }
    const line = document.querySelector("[data-printed-url]");
    if (!line) return;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", line.dataset.printedToken);
    body.append("path", window.location.pathname);
    fetch(line.dataset.printedUrl, { method: "POST", body, credentials: "same-origin", keepalive: true }).catch(() => {});
  });
  window.addEventListener("afterprint", () => {
    for (const fold of document.querySelectorAll("[data-unfolded]")) {
      fold.open = false;
      delete fold.dataset.unfolded;
    }
  });
}
