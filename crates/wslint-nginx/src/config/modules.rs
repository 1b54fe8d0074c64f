//! Directives of modules that decide who may enter. The configuration does not show how.

/// What decides on access, by how the names begin (Lua) or by name: njs, JSON Web Tokens, directories, Kerberos, PAM,
/// firewalls. What is off decides nothing.
const DECIDING_BEGIN: [&[u8]; 3] = [b"access_by_lua", b"rewrite_by_lua", b"server_rewrite_by_lua"];
const DECIDING: [&[u8]; 23] = [
    b"CheckRule",
    b"ModSecurityEnabled",
    b"SecRulesEnabled",
    b"app_protect_enable",
    b"auth_digest",
    b"auth_gss",
    b"auth_jwt",
    b"auth_jwt_enabled",
    b"auth_ldap",
    b"auth_ldap_servers",
    b"auth_oidc",
    b"auth_pam",
    b"auth_radius",
    b"auth_spnego",
    b"cas_auth",
    b"check_rule",
    b"js_access",
    b"modsecurity",
    b"shib_request",
    b"sso",
    b"testcookie",
    b"wallarm_mode",
    b"waf",
];
/// Whether a directive of this name, which is none of nginx's own, decides who may enter.
pub(super) fn decides_on_access(name: &[u8]) -> bool {
    DECIDING.contains(&name)
        || DECIDING_BEGIN.iter().any(|begin| name.starts_with(begin) && !name.ends_with(b"_no_postpone"))
}
