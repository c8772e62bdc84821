//! To come.

pub mod dissect;
