// Opens the filter panel on wide screens in browsers whose style sheet cannot (no ::details-content).

const isWide = matchMedia("(min-width: 60rem)").matches && document.documentElement.dataset.view !== "elder";
if (isWide && !CSS.supports("selector(::details-content)")) {
  document.querySelectorAll(".filter-panel").forEach((panel) => { panel.open = true; });
}
