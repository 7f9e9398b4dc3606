// The configuration of VitePress. The pages keep their paths of the checkout, so that their links work.
const page = (text, link) => ({ text, link });

export default {
  title: 'Rollcall',
  description: 'Keeps access groups in sync with LDAP and Active Directory groups',
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: true,
  // Links to files of the repository that are not pages.
  ignoreDeadLinks: [/\.(?:yaml|json|sql|ts|js)$/, /\/deploy\//, /LICENSE/],
  // No page needs HTML, and placeholders such as <NAME> are not elements.
  markdown: { html: false },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Install and configure',
        items: [
          page('Getting started', '/docs/getting-started'),
          page('Kubernetes', '/docs/kubernetes'),
          page('An existing application', '/docs/existing-application'),
          page('Configuration', '/docs/configuration'),
          page('Every key', '/docs/configuration-keys'),
        ],
      },
      {
        text: 'Operate',
        items: [
          page('Operations and runbooks', '/docs/operations'),
          page('Commands', '/docs/cli'),
          page('Hardening', '/docs/hardening'),
          page('API and console', '/docs/api'),
          page('Events', '/docs/events'),
          page('Changelog', '/CHANGELOG'),
        ],
      },
      {
        text: 'Understand',
        items: [
          page('Glossary', '/docs/glossary'),
          page('Architecture', '/docs/architecture'),
          page('Decisions', '/docs/decisions'),
          page('Situations', '/docs/situations'),
          page('Threat model', '/docs/threat-model'),
          page('Performance', '/docs/performance'),
          page('Benchmarks', '/docs/benchmarks'),
        ],
      },
    ],
  },
};
