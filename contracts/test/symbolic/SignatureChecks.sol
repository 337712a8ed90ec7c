// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IIntentNonces} from "../../interfaces/IIntentNonces.sol";
import {Symbolic} from "./Symbolic.sol";

/// @dev Invariants 4 and 9, on one signed twin; the others share its check. The signer has no code. halmos takes
/// `ecrecover` as some function of its input, so that what v it takes is left to tests.
contract SignatureChecks is Symbolic {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    address private constant SIGNER = address(0x51);

    function check_an_accepted_signature_is_the_signers_own_over_the_intent(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline,
        address relayer
    ) public {
        bytes memory signature = svm.createBytes(65, "signature");
        vm.assume(_withdraw(digest, steward, reason, nonce, deadline, signature, relayer));
        (bytes32 r, bytes32 s, uint8 v) = _split(signature);
        assert(uint256(s) <= HALF_ORDER);
        assert(ecrecover(_typedHash(digest, steward, reason, nonce, deadline), v, r, s) == SIGNER);
        assert(deadline >= block.timestamp && deadline <= block.timestamp + 24 hours);
        assert(_resources.nonceBitmap(SIGNER, nonce >> 8) & (1 << (nonce & 0xff)) != 0);
    }

    function check_a_used_nonce_is_refused(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline,
        address relayer
    ) public {
        bytes memory signature = svm.createBytes(65, "signature");
        vm.assume(_resources.nonceBitmap(SIGNER, nonce >> 8) & (1 << (nonce & 0xff)) != 0);
        assert(!_withdraw(digest, steward, reason, nonce, deadline, signature, relayer));
    }

    /// @dev What counts is the role of the signer, whatever the sender holds.
    function check_only_a_live_registrar_signs(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline,
        address relayer
    ) public {
        bytes memory signature = svm.createBytes(65, "signature");
        vm.assume(_stewards.liveRole(steward, SIGNER) != REGISTRAR);
        assert(!_withdraw(digest, steward, reason, nonce, deadline, signature, relayer));
    }

    /// @dev Invariant 5: the zero address signs nothing, though `ecrecover` answers it for what is no signature.
    function check_the_zero_address_signs_nothing(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline,
        address relayer
    ) public {
        bytes memory signature = svm.createBytes(65, "signature");
        assert(
            !_send(
                digest,
                steward,
                reason,
                IIntentNonces.Authorization(address(0), nonce, deadline, signature),
                relayer
            )
        );
    }

    function check_a_signature_of_64_bytes_is_refused(bytes32 digest, bytes32 steward, uint64 deadline) public {
        assert(!_withdraw(digest, steward, 1, 0, deadline, svm.createBytes(64, "signature"), address(this)));
    }

    function check_a_signature_of_66_bytes_is_refused(bytes32 digest, bytes32 steward, uint64 deadline) public {
        assert(!_withdraw(digest, steward, 1, 0, deadline, svm.createBytes(66, "signature"), address(this)));
    }

    function _withdraw(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline,
        bytes memory signature,
        address relayer
    ) private returns (bool) {
        return _send(digest, steward, reason, IIntentNonces.Authorization(SIGNER, nonce, deadline, signature), relayer);
    }

    function _send(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        IIntentNonces.Authorization memory authorization,
        address relayer
    ) private returns (bool) {
        return
            _call(
                relayer,
                address(_resources),
                abi.encodeCall(_resources.withdrawBySignature, (digest, steward, reason, authorization))
            );
    }

    /// @dev EIP-712, written down once more.
    function _typedHash(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        uint256 nonce,
        uint64 deadline
    ) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
                ),
                keccak256("Muhr ResourceRegistry"),
                keccak256("1"),
                block.chainid,
                address(_resources),
                keccak256("salt")
            )
        );
        bytes32 intent = keccak256(
            abi.encode(
                keccak256(
                    "Withdraw(bytes32 digest,bytes32 steward,uint8 reason,address signer,uint256 nonce,uint64 deadline)"
                ),
                digest,
                steward,
                reason,
                SIGNER,
                nonce,
                deadline
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, intent));
    }

    function _split(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }
}
