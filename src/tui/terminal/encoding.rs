//! What is said to a terminal of another encoding: in ASCII, and in the bytes that a GBK terminal shows as Chinese. The
//! catalogues are of no use there; they are UTF-8. The Chinese part reads:
//!
//! 此终端不是 UTF-8 编码，中文会乱。请改为 UTF-8 后再启动，或加 --force 继续：
//!
//! SecureCRT：会话选项 > 终端 > 外观 > 字符编码
//!
//! Xshell：会话属性 > 终端 > 编码
//!
//! PuTTY：Window > Translation > Remote character set

/// What to do, for a terminal where a Chinese character did not take two columns.
pub const HELP: &[u8] =
    b"ringdesk: this terminal does not read UTF-8. Set its encoding to UTF-8 and start again, or add --force:\r\n\
      \xb4\xcb\xd6\xd5\xb6\xcb\xb2\xbb\xca\xc7 UTF-8 \xb1\xe0\xc2\xeb\xa3\xac\xd6\xd0\xce\xc4\xbb\xe1\xc2\xd2\
      \xa1\xa3\xc7\xeb\xb8\xc4\xce\xaa UTF-8 \xba\xf3\xd4\xd9\xc6\xf4\xb6\xaf\xa3\xac\xbb\xf2\xbc\xd3 --force \
      \xbc\xcc\xd0\xf8\xa3\xba\r\n  SecureCRT\xa3\xba\xbb\xe1\xbb\xb0\xd1\xa1\xcf\xee > \xd6\xd5\xb6\xcb > \
      \xcd\xe2\xb9\xdb > \xd7\xd6\xb7\xfb\xb1\xe0\xc2\xeb\r\n  Xshell\xa3\xba\xbb\xe1\xbb\xb0\xca\xf4\xd0\xd4 \
      > \xd6\xd5\xb6\xcb > \xb1\xe0\xc2\xeb\r\n  PuTTY\xa3\xbaWindow > Translation > Remote character set\r\n";
