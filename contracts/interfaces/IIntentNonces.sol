// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Nonces that can be used in any order, each once
/// @notice Any number that the signer has not used is good. The used ones are kept as a bitmap, 256 to a word, so that
/// numbers close to each other share a word and cost less than scattered ones.
interface IIntentNonces {
    /// @notice The nonce was used by an earlier intent, or the signer invalidated it.
    error NonceAlreadyUsed(address signer, uint256 nonce);

    /// @notice Uses up a nonce of the caller, so that an intent already signed with it can never be carried out. Needs
    /// no relayer and no role.
    function invalidateNonce(uint256 nonce) external;

    /// @notice The nonces of a signer from `word << 8` to `word << 8 | 255`; a set bit is a used nonce.
    function nonceBitmap(address signer, uint256 word) external view returns (uint256 bits);
}
