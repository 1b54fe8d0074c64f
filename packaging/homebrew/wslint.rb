# A template: `scripts/release/recipes` fills in the version and the checksums of a release.
class Wslint < Formula
  desc "Lints nginx and HAProxy configuration for what breaks WebSocket traffic"
  homepage "https://wslint.github.io/wslint"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@RELEASE@/wslint-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "@RELEASE@/wslint-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@RELEASE@/wslint-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@RELEASE@/wslint-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "wslint"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/wslint.bash" => "wslint"
    zsh_completion.install "completions/_wslint"
    fish_completion.install "completions/wslint.fish"
  end

  test do
    (testpath/"nginx.conf").write <<~EOS
      events {}
      http {
        server {
          listen 80;
          location /socket.io/ { proxy_pass http://127.0.0.1:3000; }
        }
      }
    EOS
    assert_match "nginx/upgrade-missing", shell_output("#{bin}/wslint nginx.conf", 1)
  end
end
