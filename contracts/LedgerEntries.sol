// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title The bytes of ledger entries
/// @notice An entry is canonical JSON of a fixed template, so that a contract can rebuild it. Source: docs/formats.md §1.
library LedgerEntries {
    /// @notice Returns the entry of kind `accepted`: a library's claim that a steward answers for a resource.
    /// @param at its time, in seconds
    function accepted(
        bytes32 digest,
        bytes32 steward,
        bytes32 license,
        uint8 cidCodec,
        bytes32 cidDigest,
        bytes32 metadata,
        uint64 at
    ) internal pure returns (bytes memory) {
        // solhint-disable quotes
        return
            bytes.concat(
                bytes.concat('{"at":', bytes(Strings.toString(at)), ',"cid":"f01', _hexByte(cidCodec), "1220"),
                bytes.concat(_hex(cidDigest), '","digest":"', _hex(digest)),
                bytes.concat('","kind":"accepted","license":"', _hex(license), '","metadata":"', _hex(metadata)),
                bytes.concat('","steward":"', _hex(steward), '","v":1}')
            );
        // solhint-enable quotes
    }

    /// @dev Returns the 64 lower-case digits of a word.
    function _hex(bytes32 value) private pure returns (bytes memory) {
        return abi.encodePacked(_digits(uint128(bytes16(value))), _digits(uint128(uint256(value))));
    }

    /// @dev Returns the two lower-case digits of a byte.
    function _hexByte(uint8 value) private pure returns (bytes memory) {
        return abi.encodePacked(bytes2(uint16(uint256(_digits(value)))));
    }

    /// @dev Returns the 32 digits of 16 bytes, all at once: spreads the half bytes over the bytes of a word, then adds
    /// to each what makes it a character. A byte at a time costs fifty times as much.
    function _digits(uint128 value) private pure returns (bytes32) {
        uint256 x = value;
        x = (x | (x << 64)) & 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        x = (x | (x << 32)) & 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
        x = (x | (x << 16)) & 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        x = (x | (x << 8)) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        x = (x | (x << 4)) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
        unchecked {
            uint256 letters =
                ((x + 0x0606060606060606060606060606060606060606060606060606060606060606) >> 4) &
                    0x0101010101010101010101010101010101010101010101010101010101010101;
            return bytes32(x + 0x3030303030303030303030303030303030303030303030303030303030303030 + letters * 0x27);
        }
    }
}
