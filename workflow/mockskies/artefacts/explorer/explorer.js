"use strict";

(() => {
  const data = window.EXPLORER;
  const find = (id) => document.getElementById(id);
  if (!data) {
    find("loading").textContent = "data.js is missing. Copy the explorer\u2019s folder as a whole.";
    return;
  }
  const { classes, galaxies, measured } = data;
  const sheets = {
    galaxies: { small: new Sheets(galaxies.small), large: new Sheets(galaxies.large) },
    bodies: { small: new Sheets(data.bodies.small), large: new Sheets(data.bodies.large) },
    real: new Sheets(data.real),
  };

  /* Orders: by a number of each galaxy, ascending or descending. */
  const votes = (galaxy, kind) => measured.votes[galaxy][kind ?? measured.class[galaxy]];
  const ORDERS = {
    drawn: [(galaxy) => galaxy, 1],
    surest: [votes, -1],
    unsurest: [votes, 1],
    similar: [(galaxy) => measured.ssim[galaxy], -1],
    dissimilar: [(galaxy) => measured.ssim[galaxy], 1],
    nearest: [(galaxy) => measured.distance[galaxy], 1],
    farthest: [(galaxy) => measured.distance[galaxy], -1],
  };
  const all = Array.from({ length: galaxies.small.count }, (_, galaxy) => galaxy);

  const picture = new Picture(data, sheets, (position) => returnTo(position));
  const what = (galaxy) => `${classes[measured.class[galaxy]].name}, ${percent(votes(galaxy))} of votes`;
  const grids = {
    galaxies: new Grid(find("galaxies-grid"), {
      ...sheets.galaxies,
      label: (galaxy) => `Galaxy ${galaxy + 1}, ${what(galaxy)}`,
      caption: (galaxy) => `${galaxy + 1}`,
      open: (position) => open("galaxies", position),
    }),
    bodies: new Grid(find("bodies-grid"), {
      ...sheets.bodies,
      label: (body) => `Body ${body + 1}`,
      caption: (body) => `${body + 1}`,
      open: (position) => open("bodies", position),
    }),
  };

  /* Where the focus goes when the picture is closed. */
  let returnTo;
  function open(kind, position) {
    returnTo = (last) => grids[kind].focus(last);
    picture.open(kind, grids[kind].pictures, position);
  }
  const view = new WideView(data.view, (galaxy) => {
    returnTo = () => find("viewer").querySelector("[tabindex]").focus();
    picture.open("galaxies", [galaxy], 0);
  });

  /* Classes with their counts. */
  const counts = classes.map((_, kind) => measured.class.filter((other) => other === kind).length);
  function offer(value, name, count) {
    const label = find("classes").appendChild(document.createElement("label"));
    const input = label.appendChild(document.createElement("input"));
    Object.assign(input, { type: "radio", name: "class", value, checked: value === "all" });
    const text = label.appendChild(document.createElement("span"));
    text.append(name);
    text.appendChild(document.createElement("i")).textContent = count;
  }
  offer("all", "all", all.length);
  classes.forEach(({ name, paper }, kind) => offer(kind, `${name} (${paper})`, counts[kind]));

  const choice = find("choice");
  function choose() {
    const kind = choice.elements.class.value;
    const [number, sign] = ORDERS[choice.elements.order.value];
    const chosen = kind === "all" ? [...all] : all.filter((galaxy) => measured.class[galaxy] === Number(kind));
    const value = new Map(chosen.map((galaxy) => [galaxy, sign * number(galaxy)]));
    chosen.sort((a, b) => value.get(a) - value.get(b) || a - b);
    find("galaxies-grid").hidden = !chosen.length;
    find("empty").hidden = chosen.length > 0;
    find("shown").textContent = `${chosen.length} of ${all.length} shown`;
    grids.galaxies.show(chosen);
  }
  choice.addEventListener("change", choose);
  choice.addEventListener("submit", (event) => event.preventDefault());
  find("all").addEventListener("click", () => {
    choice.elements.class.value = "all";
    choose();
    choice.querySelector("input:checked").focus();
  });
  for (const button of choice.querySelectorAll("[data-size]")) {
    button.addEventListener("click", () => grids.galaxies.resize(Number(button.dataset.size)));
  }

  /* Tabs; the address names the one that is open. */
  const tabs = [...document.querySelectorAll("[role=tab]")];
  function select(tab) {
    for (const other of tabs) {
      const selected = other === tab;
      other.setAttribute("aria-selected", selected);
      other.tabIndex = selected ? 0 : -1;
      find(other.getAttribute("aria-controls")).hidden = !selected;
    }
    if (tab.id === "tab-view") view.start();
  }
  const named = () => tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash) ?? tabs[0];
  for (const [number, tab] of tabs.entries()) {
    const go = (to) => {
      location.replace(`#${to.getAttribute("aria-controls")}`);
      to.focus();
    };
    tab.addEventListener("click", () => go(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const by = { ArrowLeft: -1, ArrowRight: 1, Home: -number, End: -number - 1 }[key];
      if (by !== undefined) go(tabs.at((number + by) % tabs.length));
    });
  }
  addEventListener("hashchange", () => select(named()));

  find("loading").remove();
  choose();
  grids.bodies.show(Array.from({ length: data.bodies.small.count }, (_, body) => body));
  select(named());
})();
