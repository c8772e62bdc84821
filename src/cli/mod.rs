//! To come.

pub mod dissect;
pub mod dissect_file;
