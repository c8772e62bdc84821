//! Making the network connection: from a name and a port to a stream of bytes.

pub(super) mod tcp;
