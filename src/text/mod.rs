//! To come.

pub mod failure;
