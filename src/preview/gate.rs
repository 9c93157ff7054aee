//! Who is let in: requests that mean this server, from pages of this server.
//!
//! A page elsewhere can make a browser ask us anything. If its name was made to lead to this machine
//! (DNS rebinding), the browser even lets it read the answer: the `Host` header then has that name,
//! and is refused. Without that trick it can't read answers, but could start the stream of events or
//! post a reply: `Origin` and `Sec-Fetch-Site` tell.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Method, header};

/// Why a request is refused; a line for whoever sees it.
pub type Refusal = String;

/// What is wrong with a `Host` header.
#[derive(Debug, PartialEq, Eq)]
pub enum BadHost {
    /// It is none.
    Malformed(Refusal),
    /// It is the name of somebody else.
    Foreign(Refusal),
}

/// Names that the server answers to.
pub struct Gate {
    address: SocketAddr,
    allowed: Vec<String>,
}

impl Gate {
    /// Makes the gate of a server; `allowed` are the names that the user adds.
    pub fn new(address: SocketAddr, allowed: &[String]) -> Self {
        Self { address, allowed: allowed.iter().map(|name| name.trim().to_ascii_lowercase()).collect() }
    }

    /// Checks the `Host` header.
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), BadHost> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(BadHost::Malformed("a request needs one `Host` header".to_owned()));
        };
        let host = host.to_str().map_err(|_| BadHost::Malformed("the `Host` header is no text".to_owned()))?;
        if self.is_own(host) {
            return Ok(());
        }
        if host_name(host).is_none() {
            return Err(BadHost::Malformed("the `Host` header is no name with a port".to_owned()));
        }
        let shown: String = host.chars().take(100).collect();
        Err(BadHost::Foreign(format!(
            "the preview does not answer to `{shown}`; start it with `--allow-host {}` if that is meant to be",
            shown.rsplit_once(':').map_or(shown.as_str(), |(name, _)| name)
        )))
    }

    /// Checks that a request that does something, or listens, comes from a page of this server.
    pub fn check_origin(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
        if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
            return Err("a page of another site asked for this".to_owned());
        }
        match headers.get(header::ORIGIN).map(|value| value.to_str()) {
            None if method == Method::POST && site.is_none() => {
                Err("a request that changes something must say where it comes from".to_owned())
            }
            None => Ok(()),
            Some(Ok(origin)) if self.is_own_origin(origin, headers) => Ok(()),
            Some(_) => Err("a page of another site asked for this".to_owned()),
        }
    }

    fn is_own_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        // Behind a proxy the scheme may be `https`; what counts is that page and server are one.
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let Some((scheme, authority)) = origin.split_once("://") else { return false };
        let is_plain = scheme == "http" && authority.eq_ignore_ascii_case(host);
        let name = host_name(host).unwrap_or_default().to_ascii_lowercase();
        let is_behind_proxy = scheme == "https"
            && self.allowed.contains(&name)
            && host_name(authority).is_some_and(|other| other.eq_ignore_ascii_case(&name));
        is_plain || is_behind_proxy
    }

    fn is_own(&self, host: &str) -> bool {
        let Some(name) = host_name(host) else { return false };
        let name = name.to_ascii_lowercase();
        if self.allowed.contains(&name) || self.allowed.iter().any(|allowed| *allowed == host.to_ascii_lowercase()) {
            return true;
        }
        let port = port_of(host);
        if port.is_some_and(|port| port != self.address.port()) || port.is_none() && self.address.port() != 80 {
            return false;
        }
        if name == "localhost" || name.strip_suffix(".localhost").is_some_and(|sub| !sub.is_empty()) {
            return true;
        }
        let literal = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
        match literal.parse::<IpAddr>() {
            // An address can't be rebound: whoever names it means that machine.
            Ok(ip) => ip.is_loopback() || ip == self.address.ip() || self.address.ip().is_unspecified(),
            Err(_) => false,
        }
    }
}

/// Gives the name in `name:port` or `[address]:port`; `None` if it can't be one.
fn host_name(host: &str) -> Option<&str> {
    if host.is_empty() || host.len() > 255 || host.bytes().any(|byte| !is_host_byte(byte)) {
        return None;
    }
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')? + 2;
            (&host[..end], &host[end..])
        }
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let is_port = match port.strip_prefix(':') {
        // Browsers write a port without zeros before it.
        Some(digits) => {
            !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => port.is_empty(),
    };
    (is_port && !name.is_empty()).then_some(name)
}

fn port_of(host: &str) -> Option<u16> {
    let behind_name = &host[host_name(host)?.len()..];
    behind_name.strip_prefix(':')?.parse().ok()
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(([127, 0, 0, 1], 4000).into(), &["preview.example".to_owned()])
    }

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_own_names_are_answered_to() {
        for own in [
            "localhost:4000",
            "LOCALHOST:4000",
            "127.0.0.1:4000",
            "[::1]:4000",
            "a.localhost:4000",
            "127.0.0.2:4000",
            "preview.example",
            "preview.example:8443",
        ] {
            assert!(gate().is_own(own), "{own} is our own");
        }
        for other in [
            "",
            "evil.example:4000",
            "localhost",
            "localhost:4001",
            "evil.localhost.example:4000",
            "127.0.0.1.nip.io:4000",
            "[::1",
            "a b:4000",
            ".localhost:4000",
            "10.0.0.1:4000",
            "localhost:4000:4000",
            "localhost:",
            "localhost:x",
            "localhost:04000",
            "localhost::4000",
            "localhost.:4000",
        ] {
            assert!(!gate().is_own(other), "{other} is not ours");
        }
        assert!(gate().check_host(&headers(&[("host", "localhost:4000"), ("host", "localhost:4000")])).is_err());
        assert!(gate().check_host(&HeaderMap::new()).is_err());
    }

    #[test]
    fn a_name_that_is_none_is_told_from_that_of_somebody_else() {
        for (host, is_name) in [
            ("evil.example", true),
            ("10.0.0.1:4000", true),
            ("", false),
            ("a b", false),
            ("[::1", false),
            ("a:x", false),
        ] {
            let refusal = gate().check_host(&headers(&[("host", host)])).unwrap_err();
            assert_eq!(matches!(refusal, BadHost::Foreign(_)), is_name, "{host}: {refusal:?}");
        }
    }

    #[test]
    fn pages_of_others_are_kept_out() {
        let check = |method: Method, list: &[(&'static str, &str)]| {
            let mut all = vec![("host", "localhost:4000")];
            all.extend_from_slice(list);
            gate().check_origin(&method, &headers(&all)).is_ok()
        };
        assert!(check(Method::GET, &[]));
        assert!(check(Method::GET, &[("origin", "http://localhost:4000"), ("sec-fetch-site", "same-origin")]));
        assert!(!check(Method::GET, &[("sec-fetch-site", "cross-site")]));
        assert!(!check(Method::GET, &[("sec-fetch-site", "same-site")]));
        for origin in
            ["null", "http://evil.example", "https://localhost:4000", "http://localhost:4001", "http://127.0.0.1:4000"]
        {
            assert!(!check(Method::GET, &[("origin", origin)]), "{origin}");
        }
        assert!(!check(Method::POST, &[]));
        assert!(check(Method::POST, &[("origin", "http://localhost:4000")]));
    }
}
