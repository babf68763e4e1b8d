// Folds the menu of the back office on narrow screens; without script it is simply open.

const menu = document.querySelector(".admin-menu");
if (menu && matchMedia("(max-width: 47.99rem)").matches) {
  menu.open = false;
}
