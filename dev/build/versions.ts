/** Checks that package.json, the Helm chart and the changelog name the same version. */

export interface NamedVersions {
  readonly program: string;
  readonly chart: { readonly version: string; readonly appVersion: string };
  /** The text of the changelog, newest version first. */
  readonly changelog: string;
}

/** One line for each place that names another version. */
export function versionProblems({ program, chart, changelog }: NamedVersions): string[] {
  const newest = /^## (.*)$/m.exec(changelog)?.[1] ?? 'none';
  const places = {
    'version in deploy/helm/Chart.yaml': chart.version,
    'appVersion in deploy/helm/Chart.yaml': chart.appVersion,
    'the first heading of CHANGELOG.md': newest,
  };
  return Object.entries(places)
    .filter(([, named]) => named !== program)
    .map(([place, named]) => `package.json has version ${program}, but ${place} has ${named}`);
}
