// The menu of a phone. Without JavaScript it is a link to the list of places, which :target opens; here it becomes
// a button that says whether the list is open.

/** Turns the menu link into a button. */
export function menu() {
  const list = document.getElementById("places");
  const holder = document.querySelector(".s-places__menu");
  if (!list || !holder) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Menu";
  button.setAttribute("aria-controls", "places");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    list.classList.toggle("s-places__list--open", open);
  });
  holder.replaceChildren(button);
}
