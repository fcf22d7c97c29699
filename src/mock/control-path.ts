/** Where the control API lives. */
export const CONTROL_PATH = '/_mock';

/** Whether a request is a call of the control API. */
export function isControlTarget(target: string): boolean {
  return target === CONTROL_PATH || target.startsWith(`${CONTROL_PATH}/`);
}
