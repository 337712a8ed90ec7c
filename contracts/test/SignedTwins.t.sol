// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {ICheats} from "./ICheats.sol";
import {Twins} from "./Twins.sol";
import {WalletSimulator} from "./Wallets.sol";

/// @dev What holds of each signed call, whichever it is.
contract SignedTwinsTest is Twins {
    function test_a_signed_call_does_what_the_direct_one_does() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            vm.recordLogs();
            vm.prank(REGISTRAR);
            _checkAccepted(all[i], all[i].direct);
            bytes32 expected = _logsHash(all[i].target);
            vm.revertToState(state);
            vm.recordLogs();
            vm.prank(STRANGER);
            _checkAccepted(all[i], _signed(all[i], REGISTRAR_KEY, 1 hours));
            vm.assertEq(_logsHash(all[i].target), expected, all[i].signature);
            vm.revertToState(state);
        }
    }

    function test_the_relayer_has_no_right_of_its_own() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            vm.prank(STRANGER);
            bytes memory refusal = _checkRefused(all[i], all[i].direct);
            _checkNoRight(all[i], refusal, STRANGER);
        }
    }

    function test_a_signature_gives_its_signer_no_right() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory refusal = _checkRefused(all[i], _signed(all[i], OTHER_REGISTRAR_KEY, 1 hours));
            _checkNoRight(all[i], refusal, OTHER_REGISTRAR);
        }
    }

    function test_a_signed_call_counts_once_and_in_its_time() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 1 hours);
            _checkAccepted(all[i], call);
            bytes memory refusal = _checkRefused(all[i], call);
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(IIntentNonces.NonceAlreadyUsed.selector), all[i].signature);
            vm.revertToState(state);
            vm.warp(block.timestamp + 1 hours + 1);
            refusal = _checkRefused(all[i], call);
            vm.assertEq(bytes32(bytes4(refusal)), bytes32(ISignedIntents.IntentExpired.selector), all[i].signature);
            vm.revertToState(state);
        }
    }

    /// @dev Changes a bit in each word of each call. Nothing is done, or the very same: an empty proof, which is not
    /// signed, may stand elsewhere in the calldata.
    function testFuzz_nothing_of_a_signed_call_can_be_changed(uint8 bit) public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 1 hours);
            vm.recordLogs();
            _checkAccepted(all[i], call);
            bytes32 expected = _logsHash(all[i].target);
            vm.revertToState(state);
            // The last word holds the last byte of the signature, and padding after it.
            for (uint256 word = 4; word + 32 < call.length; word += 32) {
                uint256 place = word + bit / 8;
                bytes1 mask = bytes1(uint8(1 << (bit % 8)));
                call[place] ^= mask;
                // solhint-disable-next-line avoid-low-level-calls
                (bool done, ) = all[i].target.call(call);
                if (done) {
                    vm.assertEq(_logsHash(all[i].target), expected, all[i].signature);
                    vm.revertToState(state);
                }
                call[place] ^= mask;
            }
        }
    }

    function test_a_signature_is_for_one_domain_in_all_five_fields() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            ISignedIntents target = ISignedIntents(all[i].target);
            ISignedIntents other = all[i].target == address(_grants) ? ISignedIntents(_resources) : _grants;
            for (uint256 field = 0; field < 6; ++field) {
                Domain memory domain = field == 5 ? _domainOf(other) : _wrongDomain(_domainOf(target), field);
                _checkUnsigned(all[i], _sign(REGISTRAR_KEY, _typedDigest(domain, _structHash(all[i], _given(0)))));
            }
        }
    }

    function test_after_a_fork_each_signature_is_for_one_chain() public {
        Twin[] memory all = _twins();
        vm.chainId(block.chainid + 1);
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            Domain memory domain = _domainOf(ISignedIntents(all[i].target));
            --domain.chainId;
            _checkUnsigned(all[i], _sign(REGISTRAR_KEY, _typedDigest(domain, _structHash(all[i], _given(0)))));
            _checkAccepted(all[i], _signed(all[i], REGISTRAR_KEY, 0));
            vm.revertToState(state);
        }
    }

    function test_a_signature_has_one_form() public {
        Twin[] memory all = _twins();
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        for (uint256 i = 0; i < all.length; ++i) {
            bytes32 digest = _typedDigest(_domainOf(ISignedIntents(all[i].target)), _structHash(all[i], _given(0)));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(REGISTRAR_KEY, digest);
            _checkUnsigned(all[i], abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27));
            _checkUnsigned(all[i], abi.encodePacked(r, s, v - 27));
            _checkUnsigned(all[i], abi.encodePacked(r, s, v == 27 ? 28 : 27));
            _checkUnsigned(all[i], abi.encodePacked(r, s, v, uint8(0)));
            _checkUnsigned(all[i], abi.encodePacked(r, s));
            _checkUnsigned(all[i], abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255)));
            _checkUnsigned(all[i], "");
        }
    }

    function test_a_deadline_is_in_the_next_day() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 24 hours + 1);
            bytes memory refusal = _checkRefused(all[i], call);
            bytes memory expected = abi.encodeWithSelector(
                ISignedIntents.IntentDeadlineTooFar.selector,
                uint64(block.timestamp + 24 hours + 1),
                uint64(block.timestamp + 24 hours)
            );
            vm.assertEq(keccak256(refusal), keccak256(expected), all[i].signature);
            vm.warp(block.timestamp + 1);
            _checkAccepted(all[i], call);
            vm.revertToState(state);
            _checkAccepted(all[i], _signed(all[i], REGISTRAR_KEY, 0));
            vm.revertToState(state);
        }
    }

    /// @dev The nonce is good for what is signed next.
    function test_a_refused_call_uses_no_nonce() public {
        Twin[] memory all = _twins();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            bytes memory call = _signed(all[i], REGISTRAR_KEY, 1 hours);
            vm.prank(ADMIN);
            _stewards.close(REGISTRAR, uint64(block.timestamp));
            _checkNoRight(all[i], _checkRefused(all[i], call), REGISTRAR);
            uint256 bits = IIntentNonces(all[i].target).nonceBitmap(REGISTRAR, NONCE >> 8);
            vm.assertEq(bits, 0, all[i].signature);
            vm.revertToState(state);
            _checkAccepted(all[i], call);
            bits = IIntentNonces(all[i].target).nonceBitmap(REGISTRAR, NONCE >> 8);
            vm.assertEq(bits, 1 << (NONCE & 0xff), all[i].signature);
            vm.revertToState(state);
        }
    }

    function test_a_nonce_taken_back_is_good_for_nothing() public {
        Twin[] memory all = _twins();
        vm.prank(REGISTRAR);
        _resources.invalidateNonce(NONCE);
        vm.prank(REGISTRAR);
        _grants.invalidateNonce(NONCE);
        bytes memory expected = abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, NONCE);
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory refusal = _checkRefused(all[i], _signed(all[i], REGISTRAR_KEY, 1 hours));
            vm.assertEq(keccak256(refusal), keccak256(expected), all[i].signature);
        }
    }

    function test_a_registrar_that_is_a_wallet_signs_each_of_them() public {
        Twin[] memory all = _twins();
        WalletSimulator wallet = new WalletSimulator();
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, address(wallet), START, START + 1 days);
        IIntentNonces.Authorization memory given = _given(0);
        given.signer = address(wallet);
        given.signature = "any bytes at all";
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 state = vm.snapshotState();
            Domain memory domain = _domainOf(ISignedIntents(all[i].target));
            wallet.expect(
                _typedDigest(domain, _structHash(all[i], given)),
                given.signature,
                abi.encode(IERC1271.isValidSignature.selector)
            );
            _checkAccepted(all[i], _call(all[i], given));
            vm.revertToState(state);
            bytes memory refusal = _checkRefused(all[i], _call(all[i], given));
            bytes memory expected = abi.encodeWithSelector(
                ISignedIntents.InvalidIntentSignature.selector,
                address(wallet)
            );
            vm.assertEq(keccak256(refusal), keccak256(expected), all[i].signature);
        }
    }

    function _given(uint64 ahead) private view returns (IIntentNonces.Authorization memory given) {
        (given.signer, given.nonce, given.deadline) = (REGISTRAR, NONCE, uint64(block.timestamp) + ahead);
    }

    function _structHash(Twin memory twin, IIntentNonces.Authorization memory given) private pure returns (bytes32) {
        return keccak256(bytes.concat(twin.members, abi.encode(given.signer, given.nonce, given.deadline)));
    }

    function _wrongDomain(Domain memory domain, uint256 field) private pure returns (Domain memory) {
        if (field == 0) {
            domain.name = "Muhr CheckpointAnchor";
        } else if (field == 1) {
            domain.version = "2";
        } else if (field == 2) {
            ++domain.chainId;
        } else if (field == 3) {
            domain.verifyingContract = STRANGER;
        } else {
            domain.salt = ~domain.salt;
        }
        return domain;
    }

    /// @dev Checks that the call is refused with this signature, whose deadline is now.
    function _checkUnsigned(Twin memory twin, bytes memory signature) private {
        IIntentNonces.Authorization memory given = _given(0);
        given.signature = signature;
        bytes memory refusal = _checkRefused(twin, _call(twin, given));
        bytes memory expected = abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, REGISTRAR);
        vm.assertEq(keccak256(refusal), keccak256(expected), twin.signature);
    }

    function _checkAccepted(Twin memory twin, bytes memory data) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = twin.target.call(data);
        vm.assertTrue(done, twin.signature);
    }

    function _checkRefused(Twin memory twin, bytes memory data) private returns (bytes memory refusal) {
        bool done;
        // solhint-disable-next-line avoid-low-level-calls
        (done, refusal) = twin.target.call(data);
        vm.assertFalse(done, twin.signature);
    }

    function _checkNoRight(Twin memory twin, bytes memory refusal, address account) private pure {
        bytes32 expected = keccak256(
            abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, account)
        );
        bytes32 orElse = keccak256(abi.encodeWithSelector(IStewardRegistry.AgentNotLive.selector, STEWARD, account));
        vm.assertTrue(keccak256(refusal) == expected || keccak256(refusal) == orElse, twin.signature);
    }

    function _logsHash(address target) private returns (bytes32) {
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        vm.assertGt(logs.length, 0, "logs");
        return _fold(0, logs, target);
    }
}
