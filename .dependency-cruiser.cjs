/** Who may import whom. test/fences seeds a violation of each rule and checks that it is caught. */
module.exports = {
  forbidden: [
    {
      name: 'profile-imports-nothing',
      severity: 'error',
      from: { path: '^agent/src/profile/' },
      to: { pathNot: '^agent/src/profile/' },
    },
    {
      name: 'agent-never-imports-collector',
      severity: 'error',
      from: { path: '^agent/src/' },
      to: { path: '^collector/' },
    },
    {
      name: 'collector-imports-only-the-profile-of-the-agent',
      severity: 'error',
      from: { path: '^collector/src/', pathNot: '^collector/src/demo/' },
      to: { path: '^agent/', pathNot: '^agent/src/profile/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^collector/src/domain/' },
      to: { pathNot: ['^collector/src/domain/', '^agent/src/profile/'] },
    },
    {
      name: 'only-the-root-and-the-cli-name-an-adapter',
      severity: 'error',
      from: { path: '^collector/src/', pathNot: '^collector/src/(store/|collector\\.ts|cli/)' },
      to: { path: '^collector/src/store/(embedded|server)' },
    },
    {
      name: 'api-imports-only-zod-and-the-profile',
      severity: 'error',
      from: { path: '^collector/src/api/' },
      to: { pathNot: ['^collector/src/api/', '^agent/src/profile/', '(^|/)node_modules/zod/'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '(^|/)dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
