//! The version of the proxy that is predicted of what a controller generates.

use wslint_kubernetes::select::Selection;
use wslint_kubernetes::{Controller, controllers, objects};
use wslint_model::{FileId, Version};

/// An Ingress of ingress-nginx, and what runs this image.
fn version(image: &str, named: &[(Controller, Option<Version>)]) -> Option<Version> {
    let manifest = format!(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: public}}\nspec: {{controller: \
         k8s.io/ingress-nginx}}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: live}}\nspec:\n  \
         ingressClassName: public\n  rules: [{{host: a.example.org, http: {{paths: [{{path: /ws, pathType: Prefix, backend: \
         {{service: {{name: live, port: {{number: 80}}}}}}}}]}}}}]\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: \
         {{name: controller}}\nspec:\n  selector: {{matchLabels: {{app: c}}}}\n  template:\n    metadata: {{labels: {{app: \
         c}}}}\n    spec: {{containers: [{{name: c, image: '{image}'}}]}}\n"
    );
    let (objects, complaints) = objects::read(FileId(0), manifest.as_bytes());
    assert!(complaints.is_empty(), "{complaints:?}");
    let generated = controllers::compile(&objects, &Selection::new(&objects, named));
    assert_eq!(generated.len(), 1);
    generated[0].maker.version
}

#[test]
fn the_release_of_the_controller_brings_the_proxy() {
    let image = "registry.k8s.io/ingress-nginx/controller";
    assert_eq!(version(&format!("{image}:v1.9.4"), &[]), Some(Version(1, 21, 6)));
    assert_eq!(version(&format!("{image}:v1.13.1@sha256:ab"), &[]), Some(Version(1, 27, 1)));
    assert_eq!(version(&format!("{image}:main"), &[]), None, "no release");
    let named = [(Controller::IngressNginx, Some(Version(1, 10, 0)))];
    assert_eq!(version("registry.example.org/app:1", &named), Some(Version(1, 25, 3)), "the user says");
}
