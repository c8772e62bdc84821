//! How TLS is spoken.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;

use super::{Target, from_environment, from_file};
use crate::cli::Stop;
use crate::profile::Verify;

#[derive(Debug, Args)]
#[command(next_help_heading = "TLS (any of these turns it on with -h)")]
#[group(skip)]
pub(super) struct Arguments {
    /// Trust these authorities only (PEM)
    #[arg(long, value_name = "FILE")]
    cafile: Option<String>,

    /// Client certificate and its chain (PEM)
    #[arg(long, value_name = "FILE")]
    cert: Option<String>,

    /// Its key (PEM), unless it is in --cert too
    #[arg(long, value_name = "FILE")]
    key: Option<String>,

    /// Read the passphrase of the key from a file
    #[arg(long, value_name = "FILE")]
    key_passphrase_file: Option<PathBuf>,

    /// Do not check the server's certificate
    #[arg(long)]
    insecure: bool,

    /// Offer this protocol (ALPN); repeatable
    #[arg(long, alias = "tls-alpn", value_name = "PROTOCOL")]
    alpn: Vec<String>,

    /// The name that its certificate must have
    #[arg(long, value_name = "NAME")]
    servername: Option<String>,
}

impl Arguments {
    /// The first of the options that was given.
    pub fn first_given(&self) -> Option<&'static str> {
        [
            ("--cafile", self.cafile.is_some()),
            ("--cert", self.cert.is_some()),
            ("--key", self.key.is_some()),
            ("--key-passphrase-file", self.key_passphrase_file.is_some()),
            ("--insecure", self.insecure),
            ("--alpn", !self.alpn.is_empty()),
            ("--servername", self.servername.is_some()),
        ]
        .into_iter()
        .find_map(|(option, given)| given.then_some(option))
    }

    pub fn apply(self, target: &mut Target) -> Result<(), Stop> {
        if self.insecure && self.cafile.is_some() {
            let why = "--cafile says what the server's certificate is checked against, and --insecure that it is \
                       not checked: leave one out (for a certificate of another name, --servername NAME)";
            return Err(Stop::Usage(why.to_owned()));
        }
        let options = &mut target.options;
        let tls = &mut options.profile.tls;
        if let Some(file) = self.cafile {
            (tls.verify, tls.ca_file) = (Verify::CaFile, file);
        }
        if self.insecure {
            tls.verify = Verify::Off;
        }
        if let Some(file) = self.cert {
            // The key of another certificate does not fit it.
            (tls.certificate_file, tls.key_file) = (file, String::new());
        }
        if let Some(file) = self.key {
            tls.key_file = file;
        }
        if !self.alpn.is_empty() {
            tls.alpn = self.alpn;
        }
        if let Some(name) = self.servername {
            tls.server_name = name;
        }
        let has_key = !tls.certificate_file.is_empty();
        options.secrets.key_passphrase = match self.key_passphrase_file {
            Some(_) if !has_key => {
                let why =
                    "--key-passphrase-file is for a client certificate's key: add --cert FILE and --key FILE";
                return Err(Stop::Usage(why.to_owned()));
            }
            Some(path) => Some(from_file("--key-passphrase-file", &path)?),
            None => has_key.then(|| from_environment("MQLOUPE_KEY_PASSPHRASE")).flatten(),
        };
        Ok(())
    }
}
