//! What the runtime says, taken over into what the user sees.

use super::{BrokerState, Effect, Event, Model, Moment, NoticeText, Standing, Tone};
use crate::profile::ProfileId;
use crate::session::{self, Phase, PublishOutcome};
use crate::store;

impl Model {
    /// Takes over what the runtime says.
    pub fn apply(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        match event {
            Event::Store(event) => {
                self.apply_store(*event, moment);
                Vec::new()
            }
            Event::Session(id, event) => self.apply_session(&id, event, moment),
            Event::Job(id, progress) => {
                self.job_progress(&id, progress, moment.now);
                Vec::new()
            }
            Event::Measured(id, path, size) => {
                let folder = self.files.clone();
                if let Some(c) = self.connection_mut(&id)
                    && folder.join(c.composer.path.trim()) == path
                {
                    c.composer.file = Some(size);
                }
                Vec::new()
            }
            Event::Log { profile, log, problem } => {
                if let Some(c) = self.connections.iter_mut().find(|c| c.profile.id == profile) {
                    if let Some(problem) = problem {
                        let text = NoticeText::HistoryProblem(c.profile.name.clone(), problem);
                        self.notices.toast(moment.now, Tone::Caution, text, None);
                    }
                    c.seen = log.counters().arrived();
                    c.log = Some(log);
                    c.statistics = None;
                }
                let mut effects = self.want_view(&profile);
                effects.extend(self.connection(&profile).map(|_| Effect::Count(profile)));
                effects
            }
            Event::Secrets(event) => self.apply_secrets(event, moment),
            Event::View { profile, serial, view } => {
                if let Some(c) = self.connection_mut(&profile)
                    && c.timeline.serial == serial
                {
                    c.timeline.view = Some(view);
                }
                Vec::new()
            }
            Event::Counting(profile, statistics) => {
                if let Some(c) = self.connection_mut(&profile) {
                    c.statistics = Some(statistics);
                }
                Vec::new()
            }
            Event::CaptureProgress(id, read, total) => {
                if let Some(capture) = self.capture_mut(&id) {
                    capture.progress = Some((read, total));
                }
                Vec::new()
            }
            Event::CaptureRead { id, result } => {
                if let Some(capture) = self.capture_mut(&id) {
                    capture.progress = None;
                    match result {
                        Ok(notices) => capture.notices = notices,
                        Err(why) => capture.failure = Some(why),
                    }
                }
                Vec::new()
            }
            Event::Inspected { profile, row, inspector } => {
                self.inspected(&profile, row, inspector.map(|inspector| *inspector))
            }
            Event::PayloadRendered { profile, row, wish, ready } => {
                self.payload_ready(&profile, row, &wish, ready);
                Vec::new()
            }
            Event::RowsCopied { text, copied, wanted } => {
                let tone = if copied < wanted { Tone::Caution } else { Tone::Good };
                self.notices.toast(moment.now, tone, NoticeText::RowsCopied(copied, wanted), None);
                vec![Effect::Clipboard(text)]
            }
            Event::Chosen(field, chosen) => self.chosen(field, chosen, moment),
            Event::Exported(path, result) => {
                let (tone, text) = match result {
                    Ok(frames) => (Tone::Good, NoticeText::Exported(path, frames)),
                    Err(why) => (Tone::Bad, NoticeText::ExportFailed(path, why)),
                };
                self.notices.toast(moment.now, tone, text, None);
                Vec::new()
            }
            Event::BrokerStarted(address) => self.broker_started(address, moment),
            Event::BrokerFailed(reason) => {
                self.broker = BrokerState::Stopped;
                self.notices.toast(moment.now, Tone::Bad, NoticeText::BrokerFailed(reason), None);
                Vec::new()
            }
            Event::BrokerStopped => {
                self.broker = BrokerState::Stopped;
                self.notices.toast(moment.now, Tone::Info, NoticeText::BrokerStopped, None);
                Vec::new()
            }
        }
    }

    fn apply_store(&mut self, event: store::Event, moment: Moment) {
        match event {
            store::Event::Loaded(loaded) => {
                for problem in loaded.problems {
                    self.file_problem(problem, moment);
                }
            }
            store::Event::ProfilesSaved { profiles, problem, .. } => {
                self.merge(profiles);
                if let Some(problem) = problem {
                    self.file_problem(problem, moment);
                }
            }
            store::Event::SettingsSaved { problem, .. } => {
                if let Some(problem) = problem {
                    self.file_problem(problem, moment);
                }
            }
            store::Event::Failed { error, .. } => {
                self.notices.toast(moment.now, Tone::Bad, NoticeText::SaveFailed(error), None);
            }
        }
    }

    fn file_problem(&mut self, problem: store::Problem, moment: Moment) {
        self.notices.toast(moment.now, Tone::Caution, NoticeText::FileProblem(problem), None);
    }

    fn apply_session(&mut self, id: &ProfileId, event: session::Event, moment: Moment) -> Vec<Effect> {
        let Some(c) = self.connections.iter_mut().find(|c| &c.profile.id == id) else { return Vec::new() };
        match event {
            session::Event::Phase(phase) => {
                if let Some(cause) = phase.cause().cloned() {
                    let text = NoticeText::ConnectionLost(c.profile.name.clone(), cause);
                    self.notices.note(moment.now, Tone::Bad, text);
                }
                // The session asks for all wishes as soon as the server has accepted.
                let online = matches!(phase, Phase::Online(_));
                if let Phase::Online(granted) = &phase {
                    c.accepted(granted.session_present);
                }
                for wish in c.profile.subscriptions.iter().filter(|w| w.enabled) {
                    c.rows.entry(wish.filter.clone()).or_default().standing =
                        if online { Standing::Asked } else { Standing::Wished };
                }
                if matches!(phase, Phase::Offline { .. }) {
                    c.live = false;
                    c.session_from = None;
                }
                c.phase = phase;
                if !c.live && std::mem::take(&mut c.again) {
                    return self.connect(id);
                }
            }
            session::Event::Published { id: request, outcome } => {
                let failed = match &outcome {
                    PublishOutcome::Refused { reason } => Some(Some(reason.clone())),
                    PublishOutcome::Abandoned => Some(None),
                    PublishOutcome::Sent
                    | PublishOutcome::Acknowledged { .. }
                    | PublishOutcome::Cancelled { .. } => None,
                };
                let topic = c.composer.settle(request, outcome).map(|p| p.topic.clone());
                if let (Some(reason), Some(topic)) = (failed, topic) {
                    self.notices.toast(moment.now, Tone::Bad, NoticeText::PublishFailed(topic, reason), None);
                }
            }
            session::Event::Subscribed { outcomes, .. } => {
                for outcome in outcomes {
                    if c.subscription(&outcome.filter).is_none() {
                        continue;
                    }
                    let standing = match outcome.result {
                        Ok(qos) => Standing::Granted(qos),
                        Err(reason) => {
                            let text =
                                NoticeText::SubscriptionRefused(outcome.filter.clone(), reason.clone());
                            self.notices.toast(moment.now, Tone::Bad, text, None);
                            Standing::Refused(reason)
                        }
                    };
                    c.rows.entry(outcome.filter).or_default().standing = standing;
                }
            }
            session::Event::Reauthenticated { result, .. } => {
                let tone = if result.is_ok() { Tone::Good } else { Tone::Bad };
                let text = NoticeText::Reauthenticated(c.profile.name.clone(), result);
                self.notices.toast(moment.now, tone, text, None);
            }
            // Said in the head of the connection, as long as it is so.
            session::Event::Notice(session::Notice::NotVerified) => {}
            session::Event::Notice(notice) => {
                // What is so of every network connection is said once.
                let lasting = notice == session::Notice::NoSubprotocol;
                if !(lasting && std::mem::replace(&mut c.no_subprotocol_said, true)) {
                    let tone = if lasting { Tone::Info } else { Tone::Caution };
                    let text = NoticeText::OfSession(c.profile.name.clone(), notice);
                    self.notices.toast(moment.now, tone, text, None);
                }
            }
            session::Event::Unsubscribed { outcomes, .. } => {
                for outcome in outcomes {
                    if let Some(row) = c.rows.get_mut(&outcome.filter) {
                        row.standing = Standing::Wished;
                    }
                }
            }
        }
        Vec::new()
    }
}
