//! The one place where sessions read the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::log::Timestamp;

/// Now; a clock set before 1970 reads as 1970.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
