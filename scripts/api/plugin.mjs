// What the reference leaves to its reader: a member is described where it is declared and nowhere else, and a union that
// has a name is called by it.
import { Converter, ReferenceType, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const all = () => project.getReflectionsByKind(ReflectionKind.All);
    for (const one of all().filter(({ inheritedFrom }) => inheritedFrom?.reflection)) {
      project.removeReflection(one);
    }
    for (const one of all()) {
      // What they name is not in the reference.
      delete one.inheritedFrom;
      delete one.overwrites;
      one.extendedTypes = one.extendedTypes?.filter(({ name }) => name !== 'Omit');
    }
    const named = new Map();
    for (const alias of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
      if (alias.type?.type === 'union') named.set(alias.type.toString(), alias);
    }
    for (const one of all()) {
      const alias = named.get(one.type?.toString());
      if (alias && alias !== one)
        one.type = ReferenceType.createResolvedReference(alias.name, alias, project);
    }
  });
}
