"""Signatures and encryption of the two WeChat platforms' callbacks.

Scheme: https://developer.work.weixin.qq.com/document/path/90968 and
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Message_encryption_and_decryption_instructions.html

    key = base64(EncodingAESKey + "="), 32 bytes; IV = key[:16]; AES-256-CBC
    plaintext = 16 random bytes + length (uint32, big-endian) + message + receive id, padded PKCS#7 to 32
    msg_signature = sha1 of the sorted token, timestamp, nonce, encrypted text

Raises Forged for whatever cannot have been sent by the platform; the error says nothing about why.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # bytes the padding fills up to; the cipher's own block is 16
HEAD = 16  # random bytes before the length


class Forged(Exception):
    """The call does not come from the platform, or not from ours."""


def signature(*parts: str) -> str:
    """Return the platforms' signature: hexadecimal SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, *parts: str) -> None:
    """Compare in constant time. Raises Forged."""
    if not hmac.compare_digest(given.encode(), signature(*parts).encode()):
        raise Forged


def aes_key(encoded: str) -> bytes:
    """Return the 32 bytes of an EncodingAESKey. Raises ValueError when it is none."""
    try:
        key = base64.b64decode(encoded + "=")
    except binascii.Error as error:
        raise ValueError("EncodingAESKey 应是 43 个字母或数字") from error
    if len(encoded) != 43 or len(key) != 32:
        raise ValueError("EncodingAESKey 应是 43 个字母或数字")
    return key


@dataclass(frozen=True)
class Sealer:
    """Encrypts and decrypts for one app. `receive_id` is the app id of a 公众号, the corp id of 企业微信."""

    token: str = field(repr=False)
    key: bytes = field(repr=False)
    receive_id: str

    @classmethod
    def of(cls, token: str, encoded_key: str, receive_id: str) -> Sealer:
        """Raises ValueError for a key that is none."""
        return cls(token, aes_key(encoded_key), receive_id)

    def open(self, msg_signature: str, timestamp: str, nonce: str, encrypted: str) -> bytes:
        """Verify, then decrypt. Raises Forged."""
        check_signature(msg_signature, self.token, timestamp, nonce, encrypted)
        message, receive_id = _unpack(self._decrypt(encrypted))
        if not hmac.compare_digest(receive_id, self.receive_id.encode()):
            raise Forged
        return message

    def seal(self, message: bytes, timestamp: str, nonce: str) -> tuple[str, str]:
        """Return (encrypted text, its signature)."""
        packed = secrets.token_bytes(HEAD) + struct.pack(">I", len(message)) + message + self.receive_id.encode()
        missing = BLOCK - len(packed) % BLOCK
        cipher = self._cipher().encryptor()
        encrypted = cipher.update(packed + bytes([missing]) * missing) + cipher.finalize()
        text = base64.b64encode(encrypted).decode()
        return text, signature(self.token, timestamp, nonce, text)

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Forged from error
        if not raw or len(raw) % 16:
            raise Forged
        cipher = self._cipher().decryptor()
        return _unpad(cipher.update(raw) + cipher.finalize())

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))


def _unpad(padded: bytes) -> bytes:
    """PKCS#7 with a block of 32: 1 to 32 bytes, each the count."""
    count = padded[-1]
    if not 1 <= count <= BLOCK or count > len(padded) or padded[-count:] != bytes([count]) * count:
        raise Forged
    return padded[:-count]


def _unpack(plain: bytes) -> tuple[bytes, bytes]:
    start = HEAD + 4
    if len(plain) < start:
        raise Forged
    (length,) = struct.unpack(">I", plain[HEAD:start])
    if length > len(plain) - start:
        raise Forged
    return plain[start : start + length], plain[start + length :]
