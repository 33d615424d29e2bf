// Keeps a page right while it is read: it shows what holds by the reader's clock, moves the line
// of "now", says how long ago things were, and quietly takes over a newer page when there is one.
"use strict";
(() => {
  const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const REFRESH = 5 * MINUTE;
  const page = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A line of a page that begins or ends at an instant is shown in between.
  function showWhatHolds(now) {
    for (const element of all("[data-from], [data-until]")) {
      const { from, until } = element.dataset;
      element.hidden = now < Date.parse(from) || now >= Date.parse(until);
    }
  }

  function moveNow(now) {
    for (const line of all("path[data-start]")) {
      const start = Date.parse(line.dataset.start), end = Date.parse(line.dataset.end);
      const width = line.ownerSVGElement.viewBox.baseVal.width;
      const at = (width * (now - start)) / (end - start);
      line.setAttribute("d", at < 0 || at > width ? "M0 0" : `M${at.toFixed(1)} -2v44`);
    }
  }

  const relative = new Intl.RelativeTimeFormat(page.lang, { numeric: "auto" });

  const calendar = new Intl.DateTimeFormat("sv", { timeZone: page.dataset.zone });
  const dayOf = (instant) => Date.parse(calendar.format(instant)) / DAY;

  // Days are counted as on the site's calendar: what is tomorrow, is not a matter of hours.
  function howLongAgo(instant, now) {
    const milliseconds = instant - now, size = Math.abs(milliseconds);
    if (size < MINUTE) return relative.format(0, "second");
    if (size < HOUR) return relative.format(Math.trunc(milliseconds / MINUTE), "minute");
    if (size < DAY) return relative.format(Math.trunc(milliseconds / HOUR), "hour");
    if (size < 7 * DAY) return relative.format(dayOf(instant) - dayOf(now), "day");
    return "";
  }

  function sayHowLongAgo(now) {
    for (const time of all("time[data-ago]")) {
      const said = howLongAgo(Date.parse(time.dateTime), now);
      let ago = time.querySelector(".ago");
      if (!ago) {
        ago = document.createElement("span");
        ago.className = "ago";
        time.append(ago);
      }
      ago.textContent = said && ` (${said})`;
    }
  }

  // The title of the home page is its headline.
  function nameThePage() {
    const headline = document.querySelector("[data-title]:not([hidden])");
    if (headline) document.title = `${headline.dataset.title} · ${page.dataset.site}`;
  }

  function tell() {
    const now = Date.now();
    showWhatHolds(now);
    moveNow(now);
    sayHowLongAgo(now);
    nameThePage();
  }

  const assets = (within) =>
    all("link[rel=stylesheet], script[src]", within).map((e) => e.getAttribute("href") || e.getAttribute("src")).join();
  const live = (within) => all("[data-live]", within);
  let shown = live(document).map((part) => part.innerHTML);

  function isBusy() {
    const focus = document.activeElement;
    return String(getSelection()) || (focus && focus.closest("main") && focus !== document.querySelector("main"));
  }

  function takeOver(newer) {
    const parts = live(document), fresh = live(newer);
    if (assets(newer) !== assets(document) || fresh.length !== parts.length) return location.reload();
    const opened = all("details", document).map((details) => details.open);
    const headline = document.title;
    fresh.forEach((part, n) => {
      if (part.innerHTML !== shown[n]) parts[n].replaceChildren(...part.cloneNode(true).childNodes);
    });
    shown = fresh.map((part) => part.innerHTML);
    all("details", document).forEach((details, n) => (details.open = Boolean(opened[n])));
    tell();
    if (document.title !== headline) document.querySelector("[data-news]").textContent = document.title;
  }

  let asked = Date.now();
  async function refresh() {
    if (document.hidden || isBusy() || Date.now() - asked < REFRESH) return;
    asked = Date.now();
    try {
      const answer = await fetch(location.pathname, { cache: "no-cache", credentials: "same-origin" });
      if (!answer.ok) return;
      const newer = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!isBusy() && live(newer).length) takeOver(newer);
    } catch {
      // Without a connection the page stays as it is; it says by itself when it gets old.
    }
  }

  function onTheMinute() {
    tell();
    refresh();
    setTimeout(onTheMinute, MINUTE - (Date.now() % MINUTE));
  }

  onTheMinute();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      tell();
      refresh();
    }
  });
  page.classList.add("live");
})();
