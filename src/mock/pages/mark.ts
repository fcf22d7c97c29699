import { html, type SafeHtml } from '../../html/html.ts';

/** What tells every page of the mock from the real sgID. */
export const MOCK_MARK: SafeHtml = html`<p class="mark">Mock sgID - test data only</p>`;
