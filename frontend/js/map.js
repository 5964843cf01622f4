// A map where a page has one: areas or cells shaded by a count, from an address of their own that asks the same rights as
// the page. The table beside it says the same in words, for everybody, on paper and without JavaScript. No tiles unless
// the page names a source: they would tell a third party where a victim lives.
//
// <div class="s-map" data-map-url="/areas/E07000130/map" data-tiles="" data-attribution=""></div>, and at that address GeoJSON:
// Polygons with the properties {name, count, band: 0..4, here: bool, href: str|null}, Points with {name}. With data-near-url a
// point may be shown on it (components/map.html, point_map).
import { circleMarker, latLngBounds, layerGroup, map as leafletMap, polygon, tileLayer } from "leaflet/dist/leaflet-src.esm.js";

// From which zoom on streets are shown, and named without being pointed at.
const NAMED = 14;
const LABELLED = 15.5;
// How much nearer a press goes from farther off.
const STEP = 3.25;

/** Words for a tooltip, always as text, never as markup. */
function words(area) {
  const text = document.createElement("span");
  text.textContent = area.count === undefined ? area.name : `${area.name}: ${area.count}`;
  return text;
}

/** The name alone, without what is counted there. */
function nameAlone(area) {
  const text = document.createElement("span");
  text.textContent = area.name;
  return text;
}

/** GeoJSON puts the longitude first, Leaflet the latitude. */
function turned(ring) {
  return ring.map(([longitude, latitude]) => [latitude, longitude]);
}

/** An area that leads somewhere is pressed like any link, also by keyboard. */
function leads(shape, area) {
  const go = () => window.location.assign(area.href);
  const path = shape.getElement();
  shape.on("click", go);
  path.setAttribute("tabindex", "0");
  path.setAttribute("role", "link");
  path.setAttribute("aria-label", area.count === undefined ? area.name : `${area.name}: ${area.count}`);
  path.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go();
  });
}

function draw(element, features) {
  const chart = leafletMap(element, {
    scrollWheelZoom: false,
    zoomControl: true,
    attributionControl: Boolean(element.dataset.tiles),
    zoomAnimation: false,
    fadeAnimation: false,
    zoomSnap: 0.25,
    maxZoom: 18,
  });
  if (element.dataset.tiles) {
    tileLayer(element.dataset.tiles, { attribution: element.dataset.attribution || "", maxZoom: 19 }).addTo(chart);
  }
  const bounds = latLngBounds([]);
  const shapes = features.filter((one) => one.geometry.type === "Polygon");
  // Where one is stands last, so that nothing is drawn over its outline.
  shapes.sort((a, b) => Number(a.properties.here) - Number(b.properties.here));
  const drawn = shapes.map((one) => {
    const area = one.properties;
    const shape = polygon(one.geometry.coordinates.map(turned), {
      className: `s-map__cell s-map__cell--${element.dataset.nearUrl ? 0 : area.band}${area.here ? " s-map__cell--here" : ""}`,
    });
    bounds.extend(shape.getBounds());
    return [shape, area];
  });
  for (const one of features.filter((each) => each.geometry.type === "Point")) {
    const [longitude, latitude] = one.geometry.coordinates;
    const mark = circleMarker([latitude, longitude], { radius: 7, className: "s-map__mark" });
    bounds.extend(mark.getLatLng());
    drawn.push([mark, one.properties]);
  }
  if (bounds.isValid()) chart.fitBounds(bounds, { padding: [10, 10], maxZoom: 16, animate: false });
  else chart.setView([52.66, -1.13], 9);
  for (const [shape, area] of drawn) {
    shape.addTo(chart);
    if (element.dataset.nearUrl) {
      shape.bindTooltip(nameAlone(area), { permanent: true, direction: "center", interactive: false, className: "s-map__street s-map__area" });
      continue;
    }
    shape.bindTooltip(words(area), { sticky: true });
    if (area.href) leads(shape, area);
  }
  if (!element.dataset.nearUrl) return;
  const told = () => tellApart(chart, drawn.map(([shape]) => shape));
  chart.on("zoomend", told);
  told();
  showing(element, chart);
}

/** Areas are named where the name about fits between their borders, until streets are named instead. */
function tellApart(chart, shapes) {
  for (const shape of shapes) {
    const label = shape.getTooltip().getElement();
    const [west, east] = [shape.getBounds().getNorthWest(), shape.getBounds().getNorthEast()].map((at) => chart.latLngToContainerPoint(at).x);
    label.classList.toggle("s-map__area--away", chart.getZoom() >= NAMED || label.offsetWidth > 1.3 * (east - west));
  }
}

/** A point is shown by pressing it, or by the button for the middle; what is then pressed of its answer is written down. */
function showing(element, chart) {
  const form = element.closest("form");
  const answers = document.getElementById(`${element.id}-near`);
  const mark = circleMarker(chart.getCenter(), { radius: 7, className: "s-map__mark" });
  const post = async (address, said) => {
    const body = new URLSearchParams(said);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(address, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer;
  };
  const ask = async (point) => {
    mark.setLatLng(point).addTo(chart);
    try {
      const answer = await post(element.dataset.nearUrl, { latitude: point.lat, longitude: point.lng });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      answers.replaceChildren(...page.body.children);
    } catch {
      answers.textContent = "What lies there could not be fetched. Write where it is instead.";
    }
  };
  // From far off a press would mean a point half a mile from the place: it goes nearer there instead.
  const shown = (point) => {
    if (chart.getZoom() >= LABELLED) return ask(point);
    chart.setView(point, Math.min(LABELLED, chart.getZoom() + STEP), { animate: false });
    answers.textContent = chart.getZoom() < LABELLED ? "Nearer. Press the place again." : "Near enough. Press the street or the place.";
  };
  chart.on("click", (event) => shown(event.latlng));
  const streets = layerGroup().addTo(chart);
  const named = async () => {
    const view = chart.getBounds();
    const box = { south: view.getSouth(), west: view.getWest(), north: view.getNorth(), east: view.getEast() };
    try {
      const answer = chart.getZoom() < NAMED ? { features: [] } : await (await post(element.dataset.streetsUrl, box)).json();
      streets.clearLayers();
      for (const one of answer.features) {
        const [longitude, latitude] = one.geometry.coordinates;
        circleMarker([latitude, longitude], { radius: 3, className: "s-map__mark" })
          .bindTooltip(words(one.properties), { permanent: chart.getZoom() >= LABELLED, direction: "right", className: "s-map__street" })
          .addTo(streets);
      }
    } catch {
      streets.clearLayers(); // the map is only less told; pressing it still asks
    }
  };
  chart.on("moveend", named);
  named();
  document.querySelector(`[data-middle-of="${element.id}"]`).addEventListener("click", () => shown(chart.getCenter()));
  answers.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-words]");
    if (!chosen) return;
    const field = form.elements[element.dataset.into];
    field.value = chosen.dataset.words;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    element.closest("details").open = false;
    field.focus();
  });
}

async function fill(element) {
  try {
    const answer = await fetch(element.dataset.mapUrl, { headers: { accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    draw(element, (await answer.json()).features);
  } catch {
    element.textContent = "The map could not be fetched. The table says the same.";
    element.classList.add("s-map--away");
  }
}

document.querySelectorAll("[data-map-url]").forEach(fill);
