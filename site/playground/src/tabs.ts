// The tabs of the files, as WAI-ARIA's pattern has them: arrows, Home and End go from tab to tab.
import { element } from "./element";

/** Shows the tabs. `severities` gives the worst that was found in a file. */
export function show_tabs(
  list: HTMLElement,
  paths: string[],
  open: string,
  severities: Map<string, string>,
  choose: (path: string) => void,
): void {
  const had_focus = list.contains(document.activeElement);
  list.replaceChildren(
    ...paths.map((path) => {
      const worst = severities.get(path);
      const tab = element("button", { role: "tab", type: "button", class: worst ? `tab ${worst}` : "tab" }, path);
      if (worst) tab.append(element("span", { class: "unseen" }, ` (${worst})`));
      tab.setAttribute("aria-selected", String(path === open));
      tab.setAttribute("aria-controls", "editor");
      tab.tabIndex = path === open ? 0 : -1;
      tab.addEventListener("click", () => choose(path));
      return tab;
    }),
  );
  const chosen = list.querySelector<HTMLElement>('[aria-selected="true"]');
  if (had_focus) chosen?.focus();
  chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Which tab a key leads to from the tab `at`; nothing for other keys. */
export function led_to(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
