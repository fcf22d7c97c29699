// Loads what is mutated before the first test. What a test loads by import() would be looked for by that test alone.
for (const file of process.env['SGID_MUTATED']?.split(' ') ?? []) await import(`../../${file}`);
