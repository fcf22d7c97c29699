/** Drops Node's own warnings that contain this text; all others are printed. */
export function dropNodeWarnings(text: string): void {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!warning.message.includes(text)) for (const listener of listeners) listener(warning);
  });
}
