//! What is known of annotations: the tables of `data/kubernetes`.

mod check;
mod known;
mod table;

pub use check::{Fault, milliseconds};
pub use known::{Holds, Known, Level, Treatment};
pub use table::{help, instead, is_fixed, known, table};

#[cfg(test)]
mod tests {
    use super::{Treatment, table};
    use crate::controller::Controller;

    /// The build refuses a line without a treatment; here is what each table must hold at least.
    #[test]
    fn every_key_is_classified() {
        let least = [135, 80, 80, 240, 18, 0];
        for (controller, least) in Controller::ALL.into_iter().zip(least) {
            let known = table(controller);
            assert!(known.len() >= least, "{}: {}", controller.name(), known.len());
            let lowered = known.iter().filter(|known| known.treatment == Treatment::Lowered).count();
            assert!(lowered > 0 || known.is_empty(), "{}", controller.name());
            let mut names: Vec<&str> = known.iter().map(|known| known.name).collect();
            names.dedup();
            assert_eq!(names.len(), known.len(), "{}: a name stands twice", controller.name());
        }
    }

    /// The compilers ask for the keys that the tables call lowered, and for no others.
    #[test]
    fn what_is_lowered_is_asked_for() {
        let sources = [
            (
                Controller::IngressNginx,
                concat!(
                    include_str!("../controllers/ingress_nginx/auth.rs"),
                    include_str!("../controllers/ingress_nginx/canary.rs"),
                    include_str!("../controllers/ingress_nginx/cors.rs"),
                    include_str!("../controllers/ingress_nginx/headers.rs"),
                    include_str!("../controllers/ingress_nginx/hosts.rs"),
                    include_str!("../controllers/ingress_nginx/limits.rs"),
                    include_str!("../controllers/ingress_nginx/location.rs"),
                    include_str!("../controllers/ingress_nginx/method.rs"),
                    include_str!("../controllers/ingress_nginx/mod.rs"),
                ),
            ),
            (Controller::NginxIngress, include_str!("../controllers/nginx_ingress.rs")),
            (Controller::Haproxytech, include_str!("../controllers/haproxytech.rs")),
            (Controller::HaproxyIngress, include_str!("../controllers/haproxy_ingress.rs")),
            (Controller::Openshift, include_str!("../controllers/openshift.rs")),
        ];
        for (controller, source) in sources {
            for known in table(controller) {
                let short = known.name.rsplit('/').next().unwrap_or_default();
                let asked = ["\"", "/"].iter().any(|before| source.contains(&format!("{before}{short}\"")));
                let lowered = known.treatment == Treatment::Lowered;
                assert!(asked || !lowered, "{}: nothing asks for `{short}`", controller.name());
            }
        }
    }
}
