//! What the server publishes when the client goes without DISCONNECT.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use clap::Args;

use super::{Target, qos};
use crate::cli::Stop;
use crate::profile::{Bytes, Will};
use crate::wire::Qos;

#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "they name the options")]
#[command(next_help_heading = "Will, for when the connection is lost")]
#[group(skip)]
pub(super) struct Arguments {
    /// Topic name
    #[arg(long, value_name = "TOPIC")]
    will_topic: Option<String>,

    /// Message [default: empty]
    #[arg(long, value_name = "MESSAGE", allow_hyphen_values = true)]
    will_payload: Option<String>,

    /// QoS 0, 1 or 2 [default: 0]
    #[arg(long, value_name = "QOS", value_parser = qos)]
    will_qos: Option<Qos>,

    /// The server keeps it for later subscribers
    #[arg(long)]
    will_retain: bool,
}

impl Arguments {
    pub fn apply(self, target: &mut Target) -> Result<(), Stop> {
        let profile = &mut target.options.profile;
        if let Some(topic) = self.will_topic {
            // A will of its own, not one with parts of the saved one.
            profile.will = Some(Will { topic, ..Will::default() });
        }
        let given = [
            ("--will-payload", self.will_payload.is_some()),
            ("--will-qos", self.will_qos.is_some()),
            ("--will-retain", self.will_retain),
        ];
        let Some(will) = &mut profile.will else {
            return match given.into_iter().find(|(_, given)| *given) {
                None => Ok(()),
                Some((option, _)) => {
                    Err(Stop::Usage(format!("{option} needs a topic for the will: add --will-topic TOPIC")))
                }
            };
        };
        if let Some(payload) = self.will_payload {
            will.payload = Bytes(payload.into_bytes());
        }
        if let Some(qos) = self.will_qos {
            will.qos = qos;
        }
        will.retain |= self.will_retain;
        Ok(())
    }
}
