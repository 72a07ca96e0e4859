/** How what usage is grouped and filtered by reads. Pure. */
import { l10n } from 'vscode';
import type { Grouping } from '../../protocol/vocabulary';

export function groupingWords(grouping: Grouping): string {
  switch (grouping) {
    case 'day':
      return l10n.t('Day');
    case 'week':
      return l10n.t('Week');
    case 'month':
      return l10n.t('Month');
    case 'provider':
      return l10n.t('Provider');
    case 'model':
      return l10n.t('Model');
    case 'tier':
      return l10n.t('Cost tier');
    case 'project':
      return l10n.t('Project');
    case 'agent':
      return l10n.t('Agent');
    case 'agentType':
      return l10n.t('Type of agent');
    case 'task':
      return l10n.t('Task');
    case 'taskType':
      return l10n.t('Type of task');
    case 'run':
      return l10n.t('Run');
    case 'plan':
      return l10n.t('Plan');
    case 'session':
      return l10n.t('Session');
    case 'user':
      return l10n.t('User');
    case 'team':
      return l10n.t('Team');
    case 'source':
      return l10n.t('Source');
    case 'status':
      return l10n.t('Status');
  }
}
