"use strict";

/* A grid of pictures of which only those near the window exist. */
class Grid {
  static SIZES = [64, 88, 112, 144, 192, 256];
  static GAP = 6;
  /* Pictures larger than this (px) are taken from the sheets at full size. */
  static LARGE = 160;

  /* `label(picture)` says what it is, `open(position)` is called when one is chosen. */
  constructor(element, { small, large, label, caption, open }) {
    Object.assign(this, { element, small, large, label, caption, open });
    this.pictures = [];
    this.active = 0;
    this.rows = new Map();
    this.spare = [];
    this.size = 2;
    this.space = element.appendChild(document.createElement("div"));
    this.space.setAttribute("role", "presentation");
    element.addEventListener("scroll", () => this.ask(), { passive: true });
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("click", (event) => {
      const cell = event.target.closest(".cell");
      if (cell) this.choose(Number(cell.dataset.position));
    });
    element.addEventListener("focusin", (event) => {
      const cell = event.target.closest(".cell");
      if (cell) this.activate(Number(cell.dataset.position));
    });
    new ResizeObserver(() => this.measure()).observe(element);
  }

  /* Show `pictures`, in this order, from the first on. */
  show(pictures) {
    this.pictures = pictures;
    this.active = 0;
    this.element.scrollTop = 0;
    this.cell = undefined;
    this.measure();
  }

  /* Larger or smaller pictures; what was on top stays there. */
  resize(change) {
    const wanted = Math.min(Math.max(this.size + change, 0), Grid.SIZES.length - 1);
    if (wanted === this.size) return;
    const top = Math.floor(this.element.scrollTop / this.pitch) * this.columns;
    this.size = wanted;
    this.measure();
    this.element.scrollTop = Math.floor(top / this.columns) * this.pitch;
  }

  /* Fit rows to the window; they are made anew only where that changes them. */
  measure() {
    const margin = this.element.clientWidth < 560 ? 13 : 18;
    const width = this.element.clientWidth - 2 * margin;
    if (width <= 0) return;
    const wanted = Math.min(Grid.SIZES[this.size], width);
    const columns = Math.max(1, Math.floor((width + Grid.GAP) / (wanted + Grid.GAP)));
    const cell = Math.floor((width + Grid.GAP) / columns - Grid.GAP);
    if (columns === this.columns && cell === this.cell) {
      this.render();
      return;
    }
    Object.assign(this, { columns, cell });
    this.pitch = this.cell + Grid.GAP;
    this.count = Math.ceil(this.pictures.length / this.columns);
    this.space.style.height = `${this.count * this.pitch + Grid.GAP}px`;
    this.element.style.setProperty("--cell", `${this.cell}px`);
    this.element.style.setProperty("--gap", `${Grid.GAP}px`);
    this.element.style.setProperty("--margin", `${margin}px`);
    this.element.setAttribute("aria-rowcount", this.count);
    this.element.setAttribute("aria-colcount", this.columns);
    const focused = this.element.contains(document.activeElement);
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.spare = [];
    this.render();
    if (focused) this.button(this.active).focus({ preventScroll: true });
  }

  ask() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.render();
    });
  }

  /* Make the rows in and near the window, of those that have left it if there are any. The active row stays:
     it may hold the focus. */
  render() {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / this.pitch) - 1);
    const last = Math.min(this.count - 1, Math.ceil((scrollTop + clientHeight) / this.pitch) + 1);
    const active = Math.floor(this.active / this.columns);
    const wanted = new Set(active < this.count ? [active] : []);
    for (let number = first; number <= last; number++) wanted.add(number);
    for (const [number, row] of this.rows) {
      if (wanted.has(number)) continue;
      this.rows.delete(number);
      this.spare.push(row);
    }
    for (const number of wanted) {
      if (this.rows.has(number)) continue;
      const row = this.spare.pop() ?? this.emptyRow();
      this.rows.set(number, row);
      this.fill(row, number);
    }
    for (const row of this.spare) row.remove();
  }

  /* A row: one canvas for all of its pictures, which is quicker than many, and their buttons above it. */
  emptyRow() {
    const row = document.createElement("div");
    row.className = "row";
    row.setAttribute("role", "row");
    const canvas = row.appendChild(document.createElement("canvas"));
    this.scale = Math.min(devicePixelRatio, 2);
    canvas.width = this.columns * this.pitch * this.scale;
    canvas.height = this.cell * this.scale;
    for (let column = 0; column < this.columns; column++) {
      const cell = row.appendChild(document.createElement("div"));
      cell.className = "cell";
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", column + 1);
      const button = cell.appendChild(document.createElement("button"));
      button.type = "button";
      button.appendChild(document.createElement("span")).setAttribute("aria-hidden", "true");
    }
    return row;
  }

  fill(row, number) {
    const [canvas, ...cells] = row.children;
    const sheets = this.cell > Grid.LARGE ? this.large : this.small;
    const wanted = (row.wanted = {});
    row.setAttribute("aria-rowindex", number + 1);
    row.style.transform = `translateY(${number * this.pitch + Grid.GAP / 2}px)`;
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    cells.forEach((cell, column) => {
      const position = number * this.columns + column;
      cell.hidden = position >= this.pictures.length;
      if (cell.hidden) return;
      const picture = this.pictures[position];
      const [button] = cell.children;
      cell.dataset.position = position;
      button.tabIndex = position === this.active ? 0 : -1;
      button.setAttribute("aria-label", this.label(picture));
      button.firstChild.textContent = this.caption(picture);
      const square = { x: column * this.pitch * this.scale, y: 0, width: this.cell * this.scale };
      sheets.draw(canvas, picture, square, cell, () => row.wanted === wanted);
    });
    // Rows stand in the page as they stand on the screen, so that they are read in order.
    const below = [...this.rows].filter(([other, { isConnected }]) => other > number && isConnected);
    const before = below.length ? below.reduce((a, b) => (a[0] < b[0] ? a : b))[1] : null;
    if (row.parentNode !== this.element || row.nextSibling !== before) this.element.insertBefore(row, before);
  }

  button(position) {
    return this.element.querySelector(`[data-position="${position}"] button`);
  }

  /* Tab leads to one picture of the grid: the one that was there last. */
  activate(position) {
    const before = this.button(this.active);
    if (before) before.tabIndex = -1;
    this.active = position;
    this.button(position).tabIndex = 0;
  }

  /* Bring a picture into the window and give it the focus. */
  focus(position) {
    const top = Math.floor(position / this.columns) * this.pitch;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    const bottom = top + this.pitch + Grid.GAP;
    if (bottom > scrollTop + clientHeight) this.element.scrollTop = bottom - clientHeight;
    const before = this.button(this.active);
    if (before) before.tabIndex = -1;
    this.active = position;
    this.render();
    this.button(position).tabIndex = 0;
    this.button(position).focus({ preventScroll: true });
  }

  choose(position) {
    this.activate(position);
    this.open(position);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.pictures.length) return;
    const screen = Math.max(1, Math.floor(this.element.clientHeight / this.pitch)) * this.columns;
    const last = this.pictures.length - 1;
    const moves = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -screen, PageDown: screen,
      Home: -this.active, End: last - this.active,
    };
    const sizes = { "+": 1, "=": 1, "-": -1, 0: 2 - this.size };
    if (event.key in moves) {
      const to = this.active + moves[event.key];
      if (to >= 0 && to <= last) this.focus(to);
      else if (event.key.startsWith("Page") || (event.key === "ArrowDown" && this.active < last)) {
        this.focus(to < 0 ? 0 : last);
      }
    } else if (event.key in sizes) {
      this.resize(sizes[event.key]);
      this.focus(this.active);
    } else return;
    event.preventDefault();
  }
}
