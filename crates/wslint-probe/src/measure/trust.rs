//! Whose certificates are trusted.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use wslint_wire::AcceptAny;

use crate::plan::Trust;

/// TLS of a client that trusts so.
///
/// # Errors
/// There is no certificate to trust.
pub(super) fn config(trust: &Trust) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let roots = match trust {
        Trust::Anyone => {
            let any = Arc::new(AcceptAny::new(provider));
            return Ok(builder.dangerous().with_custom_certificate_verifier(any).with_no_client_auth());
        }
        Trust::System => authorities(rustls_native_certs::load_native_certs().certs)
            .ok_or("the system has no certificate authorities: install them (ca-certificates), or name a file with --ca")?,
        Trust::Authorities(pem) => {
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
            let read = read.map_err(|error| format!("the file of --ca: {error}"))?;
            authorities(read).ok_or("the file of --ca holds no certificate that can be trusted")?
        }
    };
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn authorities(certificates: Vec<CertificateDer<'static>>) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates);
    (added > 0).then_some(roots)
}
