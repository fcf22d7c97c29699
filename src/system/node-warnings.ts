/** Drops Node's own warnings whose words hold this text; all others are printed as ever. */
export function dropNodeWarnings(text: string): void {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!warning.message.includes(text)) for (const listener of listeners) listener(warning);
  });
}
