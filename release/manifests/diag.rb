# Homebrew: brew install diag
class Diag < Formula
  desc "Says which one thing is wrong between this machine and a cloud service"
  homepage "@HOME@"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "@DOWNLOADS@/diag-macos-aarch64"
      sha256 "@SHA256:diag-macos-aarch64@"
    end
    on_intel do
      url "@DOWNLOADS@/diag-macos-x86_64"
      sha256 "@SHA256:diag-macos-x86_64@"
    end
  end
  on_linux do
    url "@DOWNLOADS@/diag-linux-x86_64"
    sha256 "@SHA256:diag-linux-x86_64@"
  end

  def install
    bin.install Dir["diag-*"].first => "diag"
    generate_completions_from_executable(bin/"diag", "completion")
  end

  test do
    assert_match "diag #{version}", shell_output("#{bin}/diag --version")
    assert_match "proxy-login-required", shell_output("#{bin}/diag demo --no-bundle", 1)
  end
end
