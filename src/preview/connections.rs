//! Connections: as many as a browser needs, none that costs anything while it does nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};

use super::answer::answer;
use super::state::Server;

/// Connections at the same time; the next ones wait.
const MOST: u64 = 16_000;
/// Files that the preview has open for itself, at most: connections leave it so many.
const OWN_FILES: u64 = 200;
/// How long a client may take to say what it wants.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to read anything of what it asked for.
const READS_WITHIN: Duration = Duration::from_secs(30);
/// The longest head of a request.
pub(super) const LONGEST_HEAD: usize = 32 * 1024;
/// The most headers of a request.
const MOST_HEADERS: usize = 100;

/// Takes connections for ever.
pub(super) async fn accept(listener: TcpListener, server: Arc<Server>) {
    let places = Arc::new(Semaphore::new(places()));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                // No more files may be open, or the client left at once: others may be done soon.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // Small answers are not to wait for more.
        let _ = stream.set_nodelay(true);
        end_when_unanswered(&stream, READS_WITHIN);
        let server = server.clone();
        tokio::spawn(async move {
            serve(stream, server).await;
            drop(place);
        });
    }
}

/// Says how many connections there can be, and has the system allow as many as it does at all.
fn places() -> usize {
    let files = rlimit::increase_nofile_limit(MOST + OWN_FILES).unwrap_or(MOST);
    usize::try_from(files.saturating_sub(OWN_FILES).clamp(16, MOST)).unwrap_or(16)
}

/// Has the system end a connection whose client went away without a word (a laptop that was closed): what is sent
/// to it is never acknowledged. Open pages are sent something every few seconds, so they are covered as well. Other
/// systems find out by themselves, after some minutes.
fn end_when_unanswered(stream: &TcpStream, patience: Duration) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(patience));
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (stream, patience);
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let server = server.clone();
        // In a box of its own, which is gone when the answer begins: a stream goes on for hours.
        Box::pin(async move { Ok::<_, std::convert::Infallible>(answer(server, request.map(Body::new)).await) })
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .half_close(false);
    // That a client went away, or spoke no HTTP, is its own affair.
    let _ = builder.serve_connection(TokioIo::new(Impatient::new(stream, READS_WITHIN)), service).await;
}

/// A connection that ends when its client does not read for a while.
struct Impatient {
    stream: TcpStream,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, stalled: None }
    }

    fn judge<T>(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.stalled = None;
            return poll;
        }
        let until = Instant::now() + self.patience;
        let sleep = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match sleep.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Impatient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buf)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Sends more than the system keeps for a client that reads slowly, or not at all.
    async fn send(reads: bool) -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut client = TcpStream::connect(listener.local_addr()?).await?;
        let mut stream = Impatient::new(listener.accept().await?.0, Duration::from_millis(500));
        let reader = tokio::spawn(async move {
            let mut piece = vec![0; 1 << 20];
            while reads && client.read(&mut piece).await? > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // It stays connected for as long as the test goes on.
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, io::Error>(client)
        });
        let sent = stream.write_all(&vec![0; 32 << 20]).await;
        reader.abort();
        sent
    }

    /// Sends something to a client whose system no longer takes anything, and waits until that is noticed.
    #[cfg(target_os = "linux")]
    async fn wait_for_the_vanished() -> io::Result<usize> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let mut stream = listener.accept().await?.0;
        end_when_unanswered(&stream, Duration::from_millis(500));
        let drop_all = socket2::SockFilter::new(0x06, 0, 0, 0);
        socket2::SockRef::from(&client).attach_filter(&[drop_all])?;
        stream.write_all(b": still here\n\n").await?;
        stream.read(&mut [0; 8]).await
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_vanishes_without_a_word_is_noticed() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let patient = async { tokio::time::timeout(Duration::from_secs(20), wait_for_the_vanished()).await };
        let noticed = runtime.block_on(patient).expect("it does not take minutes");
        assert_eq!(noticed.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
    }

    #[test]
    fn who_reads_nothing_is_given_up_and_who_reads_slowly_is_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert!(runtime.block_on(send(true)).is_ok());
        let stalled = runtime.block_on(send(false));
        assert_eq!(stalled.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
    }
}
