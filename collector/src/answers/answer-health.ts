import type { HealthAnswer, HealthQuery } from '../api/health.ts';
import type { IncidentAnswer, IncidentQuery } from '../api/incident.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import type { StoredIncident } from '../store/store.ts';
import { DEFAULT_ENVIRONMENT } from './default-environment.ts';

const LOOK_BACK_MS = 35 * 86_400_000;

/** Incidents, newest first. */
export async function answerIncidents({ store }: JudgeSettings, query: IncidentQuery): Promise<IncidentAnswer[]> {
  const { model, environment, status } = query;
  const incidents = await store.readIncidents({
    ...(model === undefined ? {} : { model }),
    ...(environment === undefined ? {} : { environment }),
  });
  return incidents
    .filter((incident) => status === undefined || incident.status === status)
    .sort((a, b) => b.detectedAt.getTime() - a.detectedAt.getTime())
    .map(toIncidentAnswer);
}

function toIncidentAnswer(incident: StoredIncident): IncidentAnswer {
  const { id, model, environment, kind, status, from, detectedAt, closedAt, members } = incident;
  return {
    id,
    model,
    environment,
    kind,
    status,
    from: from.toISOString(),
    detectedAt: detectedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    members: members.map((member) => ({ ...member, detectedAt: member.detectedAt.toISOString() })),
  };
}

const RANK: Readonly<Record<HealthAnswer['verdict'], number>> = { critical: 0, warning: 1, unknown: 2, ok: 3 };

/** Health of every registered model, worst first; a model that was never judged is `unknown`, with the reason. */
export async function answerHealth(settings: JudgeSettings, query: HealthQuery): Promise<HealthAnswer[]> {
  const { store, registry } = settings;
  const asked = {
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.environment === undefined ? {} : { environment: query.environment }),
  };
  const [stored, incidents] = await Promise.all([store.readHealth(asked), store.readIncidents(asked)]);
  const models = registry.listModels().filter(({ model }) => query.model === undefined || model === query.model);
  const answers: HealthAnswer[] = [];
  for (const { model, versions } of models) {
    const own = stored.filter((health) => health.model === model);
    if (own.length === 0) {
      const hasBaseline = versions.some(({ baseline }) => baseline !== null);
      const reason = hasBaseline ? 'no window was judged yet' : 'no baseline: register one with prumo baseline';
      const environment = query.environment ?? DEFAULT_ENVIRONMENT;
      const nothing = { version: null, asOf: null, rows: 0, openIncidents: 0 };
      answers.push({ model, environment, verdict: 'unknown', reasons: [reason], ...nothing });
    }
    for (const { environment, verdict, reason } of own) {
      const open = incidents.filter(
        (one) => one.model === model && one.environment === environment && one.status === 'open',
      );
      const newest = await newestWindow(settings, model, environment);
      answers.push({
        model,
        environment,
        verdict: verdict as HealthAnswer['verdict'],
        reasons: [reason],
        ...newest,
        openIncidents: open.length,
      });
    }
  }
  return answers.sort((a, b) => RANK[a.verdict] - RANK[b.verdict] || (a.model < b.model ? -1 : 1));
}

async function newestWindow(
  { store, now }: JudgeSettings,
  model: string,
  environment: string,
): Promise<Pick<HealthAnswer, 'version' | 'asOf' | 'rows'>> {
  const scope = { model, environment, segment: '', reference: 'baseline' };
  const recent = await store.readDrift({ ...scope, from: new Date(now() - LOOK_BACK_MS) });
  const verdicts = recent.length > 0 ? recent : await store.readDrift(scope);
  const newest = verdicts.reduce<(typeof verdicts)[number] | undefined>(
    (last, one) => (last === undefined || one.window.end > last.window.end ? one : last),
    undefined,
  );
  if (newest === undefined) return { version: null, asOf: null, rows: 0 };
  return { version: newest.version, asOf: newest.window.end.toISOString(), rows: newest.rows };
}
