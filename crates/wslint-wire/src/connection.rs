//! HTTP/1 on one connection, as bytes. What is read is bounded: heads, lines, and what a caller asks for of a body.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A TCP or TLS connection.
pub type Stream = Box<dyn Transport>;

/// What a connection must be able to do.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Transport for T {}

/// Header lines in their order.
pub type Headers = Vec<(String, String)>;

/// Larger heads are refused, as every server does.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 128;

/// The head of a request.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// The method.
    pub method: String,
    /// The request target as it is sent.
    pub uri: String,
    /// The minor version: 0 for HTTP/1.0, 1 for HTTP/1.1.
    pub minor: u8,
    /// The header lines.
    pub headers: Headers,
}

/// The head of a response.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// The header lines.
    pub headers: Headers,
}

/// How the end of a body is known (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// After so many bytes.
    Length(usize),
    /// With the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// The value of a header, several lines of one name joined as a list.
pub fn joined(headers: &[(String, String)], name: &str) -> Option<String> {
    let values: Vec<&str> = headers
        .iter()
        .filter(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Whether a list header has `token`, in any case.
pub fn has_token(headers: &[(String, String)], name: &str, token: &str) -> bool {
    joined(headers, name).is_some_and(|list| list.split(',').any(|t| t.trim().eq_ignore_ascii_case(token)))
}

impl RequestHead {
    /// The framing of the request's body; none means no body.
    pub fn framing(&self) -> Framing {
        framing(&self.headers).unwrap_or(Framing::Length(0))
    }

    /// Whether the client wants to send more requests on this connection (RFC 9112, section 9.3).
    pub fn keeps_alive(&self) -> bool {
        match self.minor {
            0 => has_token(&self.headers, "Connection", "keep-alive"),
            _ => !has_token(&self.headers, "Connection", "close"),
        }
    }
}

impl ResponseHead {
    /// The framing of the answer to a request with `method`.
    pub fn framing(&self, method: &str) -> Framing {
        if method == "HEAD" || self.status < 200 || self.status == 204 || self.status == 304 {
            return Framing::Length(0);
        }
        framing(&self.headers).unwrap_or(Framing::UntilClose)
    }
}

fn framing(headers: &[(String, String)]) -> Option<Framing> {
    if has_token(headers, "Transfer-Encoding", "chunked") {
        return Some(Framing::Chunked);
    }
    joined(headers, "Content-Length")?.parse().ok().map(Framing::Length)
}

/// A connection with what was read from it too early.
pub struct Wire {
    stream: Stream,
    buffer: Vec<u8>,
}

impl Wire {
    /// A connection from which nothing was read yet.
    pub fn new(stream: Stream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The connection, and the bytes that were read from it and not used.
    pub fn into_parts(self) -> (Stream, Vec<u8>) {
        (self.stream, self.buffer)
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref()).await?;
        self.stream.flush().await
    }

    /// Ends the sending direction.
    pub async fn finish(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// The next request; none if the client closed before it began one.
    pub async fn request(&mut self) -> io::Result<Option<RequestHead>> {
        self.head(|bytes| {
            let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
            let mut request = httparse::Request::new(&mut headers);
            let length = match request.parse(bytes).map_err(invalid)? {
                httparse::Status::Partial => return Ok(None),
                httparse::Status::Complete(length) => length,
            };
            let head = RequestHead {
                method: request.method.unwrap_or_default().into(),
                uri: request.path.unwrap_or_default().into(),
                minor: request.version.unwrap_or_default(),
                headers: owned(request.headers),
            };
            Ok(Some((head, length)))
        })
        .await
    }

    /// The next response, interim ones but 101 skipped; none if the server closed without one.
    pub async fn response(&mut self) -> io::Result<Option<ResponseHead>> {
        loop {
            let head = self.one_response().await?;
            match head {
                Some(head) if head.status < 200 && head.status != 101 => {}
                head => return Ok(head),
            }
        }
    }

    async fn one_response(&mut self) -> io::Result<Option<ResponseHead>> {
        self.head(|bytes| {
            let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
            let mut response = httparse::Response::new(&mut headers);
            let length = match response.parse(bytes).map_err(invalid)? {
                httparse::Status::Partial => return Ok(None),
                httparse::Status::Complete(length) => length,
            };
            let head =
                ResponseHead { status: response.code.unwrap_or_default(), headers: owned(response.headers) };
            Ok(Some((head, length)))
        })
        .await
    }

    async fn head<T>(
        &mut self,
        parse: impl Fn(&[u8]) -> io::Result<Option<(T, usize)>>,
    ) -> io::Result<Option<T>> {
        loop {
            if let Some((head, length)) = parse(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(Some(head));
            }
            if self.buffer.len() > LARGEST_HEAD {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the head is too large"));
            }
            if self.fill().await? == 0 {
                return match self.buffer.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }

    /// Reads a whole body.
    pub async fn body(&mut self, framing: Framing) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        let mut rest = Body::new(framing);
        while let Some(part) = self.part(&mut rest).await? {
            body.extend_from_slice(&part);
        }
        Ok(body)
    }

    /// Reads a body up to `most` bytes; what is longer is left unread.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub async fn body_within(&mut self, framing: Framing, most: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        let mut rest = Body::new(framing);
        while body.len() < most {
            let Some(part) = self.part(&mut rest).await? else { break };
            body.extend_from_slice(&part);
        }
        body.truncate(most);
        Ok(body)
    }

    /// Reads the next part of a body as soon as there is one; none at its end.
    pub async fn part(&mut self, body: &mut Body) -> io::Result<Option<Vec<u8>>> {
        loop {
            match body.left {
                Left::End => return Ok(None),
                Left::UntilClose => {
                    if self.buffer.is_empty() && self.fill().await? == 0 {
                        body.left = Left::End;
                        return Ok(None);
                    }
                    return Ok(Some(std::mem::take(&mut self.buffer)));
                }
                Left::Bytes(0) => body.left = if body.chunked { Left::ChunkEnd } else { Left::End },
                Left::Bytes(left) => {
                    if self.buffer.is_empty() && self.fill().await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    let length = left.min(self.buffer.len());
                    body.left = Left::Bytes(left - length);
                    return Ok(Some(self.buffer.drain(..length).collect()));
                }
                Left::ChunkEnd => {
                    self.line().await?;
                    body.left = Left::ChunkSize;
                }
                Left::ChunkSize => {
                    let line = self.line().await?;
                    let digits = line.split(';').next().unwrap_or_default().trim();
                    let size = usize::from_str_radix(digits, 16).map_err(invalid)?;
                    if size > 0 {
                        body.left = Left::Bytes(size);
                        continue;
                    }
                    while !self.line().await?.is_empty() {}
                    body.left = Left::End;
                }
            }
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.buffer.len() > LARGEST_HEAD {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is too long"));
            }
            if self.fill().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.stream.read_buf(&mut self.buffer).await
    }
}

/// What is left of a body.
pub struct Body {
    chunked: bool,
    left: Left,
}

enum Left {
    Bytes(usize),
    ChunkEnd,
    ChunkSize,
    UntilClose,
    End,
}

impl Body {
    /// A body of which nothing was read yet.
    pub fn new(framing: Framing) -> Self {
        let left = match framing {
            Framing::Length(length) => Left::Bytes(length),
            Framing::Chunked => Left::ChunkSize,
            Framing::UntilClose => Left::UntilClose,
        };
        Self { chunked: framing == Framing::Chunked, left }
    }
}

fn owned(headers: &[httparse::Header<'_>]) -> Headers {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect()
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client reads from `bytes`: status and body.
    async fn read(bytes: &'static [u8]) -> (u16, String) {
        let (mut server, client) = tokio::io::duplex(16);
        let write = async move { server.write_all(bytes).await };
        let read = async {
            let mut wire = Wire::new(Box::new(client));
            let head = wire.response().await.unwrap().unwrap();
            let body = wire.body(head.framing("GET")).await.unwrap();
            (head.status, String::from_utf8(body).unwrap())
        };
        let (written, read) = tokio::join!(write, read);
        written.unwrap();
        read
    }

    #[tokio::test]
    async fn bodies_end_where_their_framing_says() {
        let cases: &[(&'static [u8], u16, &str)] = &[
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
                200,
                "hello",
            ),
            (b"HTTP/1.0 404 Not Found\r\n\r\nuntil the close", 404, "until the close"),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ];
        for (bytes, status, body) in cases {
            assert_eq!(read(bytes).await, (*status, (*body).to_owned()));
        }
    }
}
