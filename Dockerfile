FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin wslint

FROM debian:bookworm-slim
COPY --from=build /src/target/release/wslint /usr/local/bin/wslint
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["wslint"]
