// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IIntentNonces} from "./interfaces/IIntentNonces.sol";

/// @title Nonces that can be used in any order, each once
/// @notice Holds the used ones as bits.
abstract contract IntentNonces is IIntentNonces {
    /// @inheritdoc IIntentNonces
    mapping(address signer => mapping(uint256 word => uint256 bits)) public override nonceBitmap;

    /// @inheritdoc IIntentNonces
    function invalidateNonce(uint256 nonce) external override {
        _useNonce(msg.sender, nonce);
    }

    /// @dev Uses up a nonce of the signer; reverts if it is used already.
    function _useNonce(address signer, uint256 nonce) internal {
        uint256 word = nonce >> 8;
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = nonceBitmap[signer][word];
        if (bits & bit != 0) {
            revert NonceAlreadyUsed(signer, nonce);
        }
        nonceBitmap[signer][word] = bits | bit;
    }
}
