import { RESOURCE } from '@prumo/agent/profile';
import { hashText, type Attribute } from './attribute.ts';
import type { PointSource } from './points.ts';

/** The sender that resource attributes describe. The environment is `production` unless said. */
export function createSource(attributes: readonly Attribute[]): PointSource {
  const read = (key: string): string => attributes.find((attribute) => attribute.key === key)?.value ?? '';
  const service = read(RESOURCE.serviceName);
  const environment = read(RESOURCE.environment) || 'production';
  const instance = read(RESOURCE.serviceInstanceId);
  return { service, instance, environment, ...hashText(`source\0${service}\0${environment}`) };
}
