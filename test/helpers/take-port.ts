export { takePort } from '../../scripts/soak/ports.mjs';
