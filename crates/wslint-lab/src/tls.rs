//! One self-signed certificate for everything that speaks TLS in the lab, and clients that accept it.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use wslint_wire::AcceptAny;

use crate::Error;

/// The certificate in the forms that the proxies and the peers need.
pub(crate) struct Tls {
    /// The certificate, PEM.
    pub(crate) certificate: String,
    /// Its private key, PEM.
    pub(crate) key: String,
    /// For peers that are spoken to in TLS.
    pub(crate) acceptor: TlsAcceptor,
    /// For clients of a listener with TLS, which accept any certificate, since what the lab tests is what happens once TLS
    /// stands; offers HTTP/1.1, as a browser does for a WebSocket.
    pub(crate) connector: TlsConnector,
}

impl Tls {
    /// Makes the certificate; it lives as long as the lab.
    pub(crate) fn generate() -> Result<Self, Error> {
        let bad = |error: &dyn std::fmt::Display| Error::BadSetup(format!("no certificate: {error}"));
        let names = vec!["localhost".to_owned(), "app.example.com".to_owned(), "127.0.0.1".to_owned()];
        let pair = rcgen::generate_simple_self_signed(names).map_err(|error| bad(&error))?;
        let provider = Arc::new(ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der()));
        let server = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(vec![pair.cert.der().clone()], key)
            })
            .map_err(|error| bad(&error))?;
        let mut client = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| bad(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AcceptAny::new(provider)))
            .with_no_client_auth();
        client.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate: pair.cert.pem(),
            key: pair.signing_key.serialize_pem(),
            acceptor: TlsAcceptor::from(Arc::new(server)),
            connector: TlsConnector::from(Arc::new(client)),
        })
    }
}
