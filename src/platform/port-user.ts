/** The command that names the program which uses a port, as it is typed on this system. */
export function portUserCommand(port: number, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? `netstat -ano | findstr :${port}` : `lsof -i :${port}`;
}

/** Why a system may refuse a port that is free, in words. */
export function refusedPortCause(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32'
    ? 'Windows keeps some ports for itself: netsh interface ipv4 show excludedportrange protocol=tcp'
    : 'the system keeps the ports below 1024 for the administrator';
}
