// GOV.UK Frontend's own behaviour, only for the components that Sentinel uses.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";

// Radios and checkboxes: see reveal.js.
const used = [Button, CharacterCount, ErrorSummary, NotificationBanner, SkipLink];

/** Starts every component in `scope` that is not running yet; one that fails leaves the others alone. */
export function components(scope) {
  for (const Component of used) {
    const name = Component.moduleName;
    const found = [...scope.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)];
    if (scope.matches?.(`[data-module="${name}"]:not([data-${name}-init])`)) found.push(scope);
    for (const element of found) {
      try {
        new Component(element);
      } catch (error) {
        console.warn(error);
      }
    }
  }
}
