// Prints each mutant that stays alive at once: a room takes long.
class Alive {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (status === 'Survived' || status === 'NoCoverage')
      console.log(
        `alive: ${fileName}:${location.start.line} ${mutatorName} => ${replacement.replace(/\s+/g, ' ')}`,
      );
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'alive', injectableClass: Alive }];
